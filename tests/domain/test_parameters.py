"""Parameters of an address: those of the kept list split no story, and those that choose one do."""

import pytest

from widget.domain.article import address_url, resolve, resolve_for
from widget.domain.model import Site
from widget.domain.parameters import NO_RULES, ParameterRules

ORIGINS = ("https://news.example",)
TRACKING = (
    "utm_source utm_id gclid gbraid wbraid dclid gad_source gad_campaignid srsltid fbclid "
    "fb_action_ids msclkid twclid ttclid yclid ysclid igshid igsh li_fat_id epik ScCid irclickid "
    "mtm_campaign mtm_kwd matomo_source pk_campaign pk_kwd piwik_campaign hsa_cam hsa_new _hsenc "
    "_hsmi hsCtaTracking mc_cid mc_eid mkt_tok vero_id vero_conv _ga _gl _ke _kx _openstat "
    "_branch_match_id ref_src ref_url s_cid s_kwcid ef_id cmpid xtor at_medium ns_mchannel "
    "itm_source wt_mc spm trk_contact sms_click guccounter elqTrackId dm_i __s"
).split()
CHOOSING = (
    "id p page_id ref share v page lang article cid source from si sid s q cat tag attachment_id "
    "post_type story amp print view mc pk mtm g f t author year"
).split()


def address(query: str, rules: ParameterRules = NO_RULES) -> str:
    site = Site("news", "News", ORIGINS, parameters=rules)
    return resolve_for(site, f"https://news.example/a?{query}").address.removeprefix(
        "//news.example"
    )


@pytest.mark.parametrize("name", TRACKING)
def test_a_tracking_parameter_splits_no_story(name: str) -> None:
    for spelled in (name, name.upper(), name.replace("_", "%5F"), f"amp;{name}"):
        assert address(f"id=5&{spelled}=x1") == "/a?id=5"


@pytest.mark.parametrize("name", CHOOSING)
def test_a_parameter_that_chooses_a_story_stays(name: str) -> None:
    assert address(f"{name}=5") != address(f"{name}=6")


def test_a_site_keeps_and_drops_parameters_by_name_and_by_beginning() -> None:
    rules = ParameterRules(keep=("mtm_story", "at_*"), drop=("ref", "share_*"))
    query = "ref=1&Share_By=2&id=3&mtm_story=4&mtm_source=5&at_medium=6&utm_id=7"
    assert address(query, rules) == "/a?at_medium=6&id=3&mtm_story=4"


def test_a_site_can_name_the_only_parameters_that_choose_a_story() -> None:
    assert address("id=3&x=1&y=2", ParameterRules(keep=("id",), drop=("*",))) == "/a?id=3"


def test_no_rule_keeps_what_can_hold_a_secret() -> None:
    assert address("access_token=abc&id=1", ParameterRules(keep=("access*",))) == "/a?id=1"


def test_a_story_that_a_kept_parameter_chooses_is_linked_with_it() -> None:
    rules = ParameterRules(keep=("utm_id",))
    named = f"//news.example{address('utm_id=5', rules)}"
    assert address_url(named) == "https://news.example/a?utm_id=5"


def test_two_sites_with_other_rules_do_not_share_a_cached_address() -> None:
    url = "https://news.example/a?ref=1"
    dropped = resolve("news", ORIGINS, url, rules=ParameterRules(drop=("ref",)))
    assert resolve("news", ORIGINS, url).id != dropped.id
