"""The name of every key in the store, as functions. Pure. docs/redis-keys.md describes each."""

PREFIX = "rb:"


def store() -> str:
    return f"{PREFIX}store"


def store_copy() -> str:
    """Return the key of its copy, in a slot at another shard of a cluster (elsewhere.py)."""
    return f"{store()}~3"


def barrier(tag: str) -> str:
    """Return the key of a write that others wait for, in the slot of the keys with this tag."""
    return f"{PREFIX}wait:{{{tag}}}"


def sites() -> str:
    return f"{PREFIX}sites"


def site(site: str) -> str:
    return f"{PREFIX}site:{site}"


def sites_of(origin: str) -> str:
    return f"{PREFIX}origin:{origin}"


def copying() -> str:
    """Return the key of a lease; it shares the slot of :func:`sites`, the key that it is about."""
    return f"{PREFIX}{{{sites()}}}:copying"


def stem(site: str, partition: int) -> str:
    """Return the prefix of a partition's keys. The braces put them all into one cluster slot."""
    return f"{PREFIX}{{{site}:{partition}}}:"


def guard(site: str, partition: int) -> str:
    """Return a key that never exists, for a script that declares no other key but the stem.

    A script that computes keys needs two declared ones, of which the stem never exists. While a
    cluster moves the slot key by key, either node then answers TRYAGAIN. With one key, the node
    that imports the slot would run the script on the half of the keys that it has.
    """
    return f"{stem(site, partition)}guard"


def article(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}a:{article_id}"


def bucket(site: str, partition: int, article_id: str, number: int) -> str:
    return f"{stem(site, partition)}m:{article_id}:{number}"


def page(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}p:{article_id}"


def said(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}said:{article_id}"


def timeline(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}t:{article_id}"


def notes(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}n:{article_id}"


def flags(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}flags:{article_id}"


def flagged(site: str, partition: int) -> str:
    return f"{stem(site, partition)}flagged"


def judged(site: str, partition: int) -> str:
    return f"{stem(site, partition)}judged"


def hours(site: str, partition: int, day: int) -> str:
    return f"{stem(site, partition)}h:{day}"


def days(site: str, partition: int) -> str:
    return f"{stem(site, partition)}d"


def sections(site: str, partition: int, day: int) -> str:
    return f"{stem(site, partition)}sec:{day}"


def articles(site: str, partition: int) -> str:
    return f"{stem(site, partition)}all"


def polls(site: str, partition: int) -> str:
    return f"{stem(site, partition)}polls"


def new_stories(site: str, partition: int) -> str:
    return f"{stem(site, partition)}new"


def sweep() -> str:
    return f"{PREFIX}sweep"


def past(site: str, partition: int) -> str:
    return f"{stem(site, partition)}past"


def behind(site: str, partition: int) -> str:
    return f"{stem(site, partition)}behind"


def held(site: str, partition: int) -> str:
    return f"{stem(site, partition)}held"


def evidence(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}e:{article_id}"


def arms(site: str, partition: int) -> str:
    return f"{stem(site, partition)}arms"


def seen(site: str, partition: int) -> str:
    return f"{stem(site, partition)}seen"


def hot(site: str, partition: int, hour: int) -> str:
    return f"{stem(site, partition)}hot:{hour}"


def top(site: str, partition: int, day: int, choice: int = 0) -> str:
    """Return the key of a day's ranking; only a store of schema 1 has some of one choice."""
    return f"{stem(site, partition)}top:{day}:{choice}"


def mixes(site: str, partition: int, day: int) -> str:
    return f"{stem(site, partition)}mix:{day}"


def comment(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}c:{comment_id}"


def threads(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}cv:{article_id}"


def ranked_threads(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}cb:{article_id}"


def replies(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cr:{comment_id}"


def held_comments(site: str, partition: int) -> str:
    return f"{stem(site, partition)}cq"


def all_comments(site: str, partition: int) -> str:
    return f"{stem(site, partition)}cs"


def commented_articles(site: str, partition: int) -> str:
    return f"{stem(site, partition)}ca"


def comment_votes(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cu:{comment_id}"


def comment_reports(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cf:{comment_id}"


def comment_report_lines(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cl:{comment_id}"


def comment_statements(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cj:{comment_id}"


def comment_networks(site: str, partition: int, day: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cw:{day}:{comment_id}"


def reporting_networks(site: str, partition: int, day: int, comment_id: str) -> str:
    return f"{stem(site, partition)}cn:{day}:{comment_id}"


def comment_draft(site: str, partition: int, mark: str, draft: str) -> str:
    return f"{stem(site, partition)}cx:{mark}:{draft}"


def comment_text(site: str, partition: int, article_id: str, fingerprint: str) -> str:
    return f"{stem(site, partition)}cd:{article_id}:{fingerprint}"


def comment_before(site: str, partition: int, audit_id: str) -> str:
    return f"{stem(site, partition)}cz:{audit_id}"


def comment_history(site: str, partition: int, comment_id: str) -> str:
    return f"{stem(site, partition)}ch:{comment_id}"


def article_tone(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}ct:{article_id}"


def article_tone_hours(site: str, partition: int, article_id: str) -> str:
    return f"{stem(site, partition)}cth:{article_id}"


def tone(site: str, partition: int) -> str:
    return f"{stem(site, partition)}cts"


def tone_days(site: str, partition: int) -> str:
    return f"{stem(site, partition)}ctd"


def tone_hours(site: str, partition: int, day: int) -> str:
    return f"{stem(site, partition)}ctx:{day}"


def tone_sections(site: str, partition: int, day: int) -> str:
    return f"{stem(site, partition)}ctc:{day}"


def act(site: str, partition: int, article_id: str, number: int) -> str:
    return f"{stem(site, partition)}act:{article_id}:{number}"


def took(site: str, partition: int, article_id: str, act: int, address: str, bucket: int) -> str:
    return f"{stem(site, partition)}took:{article_id}:{act}:{address}:{bucket}"


def moving(site: str, partition: int) -> str:
    return f"{stem(site, partition)}moving"


def ledger_marks(site: str, partition: int) -> str:
    return f"{stem(site, partition)}led"


def ledger_entries(site: str, partition: int) -> str:
    return f"{stem(site, partition)}lede"


def aliases(site: str) -> str:
    return f"{PREFIX}alias:{site}"


def audit(site: str, partition: int) -> str:
    return f"{stem(site, partition)}audit"


def commenter(site: str, mark: str) -> str:
    return f"{PREFIX}{{{site}:{mark}}}:known"


def networks(site: str, partition: int, day: int, article_id: str, number: int) -> str:
    return f"{stem(site, partition)}w:{day}:{article_id}:{number}"


def new_readers(wide: str, near: str) -> str:
    return f"{PREFIX}net:{{{wide}}}:{near}"


def new_readers_wide(wide: str) -> str:
    return f"{PREFIX}net:{{{wide}}}"


def let_in(wide: str, near: str) -> str:
    return f"{new_readers(wide, near)}:in"


def held_readers(wide: str, near: str) -> str:
    return f"{new_readers(wide, near)}:held"


def let_in_held(wide: str, near: str) -> str:
    return f"{new_readers(wide, near)}:held-in"


def allowance(site: str, act: str, whose: str) -> str:
    """Return the key of an allowance; all of a site's for one act are in one slot."""
    return f"{PREFIX}{{{site}:{act}}}:{whose}"


def salt(day: int) -> str:
    return f"{PREFIX}salt:{day}"


def spent_proof(proof_id: str) -> str:
    return f"{PREFIX}pow:{proof_id}"


def ready(n: int) -> str:
    return f"{PREFIX}ready:{n}"


def editors() -> str:
    return f"{PREFIX}editors"


def session(digest: str) -> str:
    return f"{PREFIX}session:{digest}"


def sessions(editor: str) -> str:
    return f"{PREFIX}sessions:{editor}"


def invitation(digest: str) -> str:
    return f"{PREFIX}invitation:{digest}"


def first_admin() -> str:
    return f"{PREFIX}first-admin"


def wrong_passwords(whose: str) -> str:
    return f"{PREFIX}wrong:{whose}"


def share_links(site: str) -> str:
    return f"{PREFIX}links:{site}"


def api_keys(site: str) -> str:
    return f"{PREFIX}api:{site}"


def api_keys_used(site: str) -> str:
    return f"{PREFIX}api-used:{site}"


def refused_origins(site: str) -> str:
    return f"{PREFIX}refused:{site}"


def site_desk(site: str) -> str:
    return f"{PREFIX}desk:{site}"


def labels(site: str) -> str:
    return f"{PREFIX}labels:{site}"


def tone_heads(site: str) -> str:
    return f"{PREFIX}tone:{site}"


def tone_lesson(site: str) -> str:
    return f"{PREFIX}lesson:{site}"


def ledger_lease() -> str:
    return f"{PREFIX}ledger"


def ledger_head(site: str) -> str:
    """Return a key of a site's ledger: all of them are in one slot, as a script writes several."""
    return f"{PREFIX}{{{site}:ledger}}:head"


def ledger_days(site: str) -> str:
    return f"{PREFIX}{{{site}:ledger}}:days"


def ledger_day(site: str, day: int) -> str:
    return f"{PREFIX}{{{site}:ledger}}:day:{day}"


def watch() -> str:
    return f"{PREFIX}watch"


def integrity_watch() -> str:
    return f"{PREFIX}integrity"


def receivers() -> str:
    return f"{PREFIX}receivers"


def outbox(site: str) -> str:
    """Return the prefix of the keys of a site's alerts: one slot, since a script writes several."""
    return f"{PREFIX}{{{site}:alerts}}:"


def alerted(site: str, article_id: str) -> str:
    return f"{outbox(site)}once:{article_id}"


def alerted_flag(site: str, article_id: str, number: int) -> str:
    return f"{alerted(site, article_id)}:{number}"


def alerts_of_day(site: str, day: int) -> str:
    return f"{outbox(site)}day:{day}"


def alerts_due(site: str) -> str:
    return f"{outbox(site)}due"


def alert_log(site: str) -> str:
    return f"{outbox(site)}log"


def alert_delivery(site: str, delivery_id: str) -> str:
    return f"{outbox(site)}d:{delivery_id}"


def alert_test(site: str) -> str:
    return f"{outbox(site)}test"


def morning_sent(site: str, due_s: int) -> str:
    return f"{outbox(site)}morning:{due_s}"
