"""Everything that the web works with, built once on one store."""

from dataclasses import dataclass

from widget.alerts.address import EgressPolicy
from widget.domain.model import Site
from widget.domain.readers.challenge import Challenges
from widget.domain.readers.network import Allowance
from widget.domain.readers.reader import Readers
from widget.domain.stories import Story
from widget.secrets import Secrets
from widget.services.admission import Gate
from widget.services.alerts.wiring import Alerting, open_alerting
from widget.services.articles import Articles
from widget.services.comment_limits import CommentLimits
from widget.services.commenting import Commenting
from widget.services.desk import Desk, open_desk
from widget.services.figures.wiring import Figures, open_figures
from widget.services.integrity.wiring import Integrity, open_integrity
from widget.services.ledger.writer import LedgerWriter
from widget.services.naming import StoryNames
from widget.services.new_stories import NewStories
from widget.services.rates import Rate
from widget.services.refused_origins import OriginRefusals
from widget.services.self_check import SelfCheck
from widget.services.set_aside import SetAside
from widget.services.store_watch import StoreWatch
from widget.services.story_counts import StoryCounts
from widget.services.sweeping import Sweeper
from widget.services.tone import SiteTone
from widget.services.voting import Voting
from widget.services.waiting import WaitingCounts
from widget.settings import Settings
from widget.store.clock import StoreClock
from widget.store.comments.comments import Comments
from widget.store.comments.threads import Threads
from widget.store.connect import Connection
from widget.store.integrity.flags import Flags
from widget.store.ledger.chain import Chain
from widget.store.ledger.moved import MovedStories
from widget.store.limits import Limits
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.moves import Moves
from widget.store.reactions.naming import Naming
from widget.store.reactions.tallies import Replies
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.reactions.votes import Reactions
from widget.store.readiness import Prober
from widget.store.room import Room
from widget.store.sites import Sites


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one application.

    :param room: what is left of the store's memory.
    :param stories: Readback's own, by slug.
    """

    settings: Settings
    room: Room
    stories: dict[str, Story]
    sites: Sites
    articles: Articles
    readers: Readers
    gate: Gate
    limits: Limits
    voting: Voting
    replies: Replies
    story_counts: StoryCounts
    commenting: Commenting
    tone: SiteTone
    comments: Comments
    threads: Threads
    aliases: Aliases
    evidence: Evidence
    sweeper: Sweeper
    store_watch: StoreWatch
    desk: Desk
    origin_refusals: OriginRefusals
    figures: Figures
    alerting: Alerting
    integrity: Integrity
    chain: Chain
    ledger: LedgerWriter
    clock: StoreClock
    prober: Prober
    waiting: WaitingCounts
    set_aside: SetAside
    self_check: SelfCheck


def open_services(
    connection: Connection,
    settings: Settings,
    secrets: Secrets,
    home: Site,
    stories: dict[str, Story],
    egress: EgressPolicy,
) -> Services:
    """Build the services on one store.

    :param home: the site of the stories that Readback serves itself.
    :param egress: how alerts reach other people's servers.
    """
    sites = Sites(connection, home)
    limits = Limits(connection)
    aliases = Aliases(connection)
    comments = Comments(connection)
    threads = Threads(connection, comments)
    tone = SiteTone(connection)
    readers = Readers(secrets.token_keys, secrets.vote_key.encode())
    stories_by_id = {story.id: story for story in stories.values()}
    names = StoryNames(Naming(connection), limits)
    unconfirmed = Unconfirmed(connection)
    figures = open_figures(connection, tone)
    evidence = Evidence(connection)
    sweeper = Sweeper(sites, unconfirmed, days=settings.unconfirmed_days)
    new_stories = NewStories(limits, readers, an_hour=settings.new_stories)
    articles = Articles(aliases, Moves(connection), stories_by_id, settings.public_url)
    desk = open_desk(connection, limits, aliases, tone)
    alerting = open_alerting(connection, sites, settings, secrets, egress, figures)
    chain = Chain(connection, days=settings.ledger_days)
    voting = Voting(
        articles,
        Reactions(connection),
        readers,
        limits,
        new_stories,
        names,
        sweeper,
        evidence,
        allowance=Allowance.of_day(settings.network_votes),
        casts=Rate("votes", settings.casts),
    )
    return Services(
        settings=settings,
        room=connection.room,
        stories=stories,
        sites=sites,
        articles=articles,
        readers=readers,
        gate=Gate(limits, Challenges(secrets.challenge_key, cost=settings.proof_cost), settings),
        limits=limits,
        voting=voting,
        replies=Replies(connection),
        story_counts=StoryCounts(stories, sites, voting, threads),
        commenting=Commenting(
            settings=settings,
            articles=articles,
            comments=comments,
            threads=threads,
            readers=readers,
            limits=CommentLimits(limits, new_stories, settings),
            names=names,
            tone=tone,
        ),
        tone=tone,
        comments=comments,
        threads=threads,
        aliases=aliases,
        evidence=evidence,
        sweeper=sweeper,
        store_watch=StoreWatch(connection),
        desk=desk,
        origin_refusals=OriginRefusals(sites, desk.refused_origins, limits),
        figures=figures,
        alerting=alerting,
        integrity=open_integrity(connection, sites, settings, desk, figures, alerting),
        chain=chain,
        ledger=LedgerWriter(
            sites,
            chain,
            MovedStories(connection),
            secrets.ledger_keys if settings.ledger_days else (),
        ),
        clock=StoreClock(connection),
        prober=Prober(connection),
        set_aside=SetAside(Flags(connection), articles, aliases, voting),
        self_check=SelfCheck(secrets),
        waiting=WaitingCounts(sites, figures.trends),
    )
