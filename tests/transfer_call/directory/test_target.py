"""What is an address, what is not, and what the operator is told."""

from __future__ import annotations

import pytest

from transfer_call.directory.number_like import claimed_number
from transfer_call.directory.target import TargetError, TransferTarget

NUMBERS = [
    # text, country, uri, region, type
    ("+12125550123", "", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("+1 (212) 555-0123", "", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("212-555-0123", "US", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("212.555.0123", "us", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("030/123456", "DE", "tel:+4930123456", "DE", "fixed_line"),
    ("+44 (0)20 7946 0123", "", "tel:+442079460123", "GB", "fixed_line"),
    ("+39 06 1234 5678", "", "tel:+390612345678", "IT", "fixed_line"),
    ("011 44 20 7946 0123", "US", "tel:+442079460123", "GB", "fixed_line"),
    ("tel:+12125550123", "", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("TEL:+1-212-555-0123", "", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("tel:2125550123", "US", "tel:+12125550123", "US", "fixed_line_or_mobile"),
    ("tel:+12125550123;ext=201", "", "tel:+12125550123;ext=201", "US", "fixed_line_or_mobile"),
    ("tel:+12125550123;EXT=201", "", "tel:+12125550123;ext=201", "US", "fixed_line_or_mobile"),
    ("+18765550123", "", "tel:+18765550123", "JM", "mobile"),
    ("+19005550123", "", "tel:+19005550123", "US", "premium_rate"),
    ("+77012345678", "", "tel:+77012345678", "KZ", "mobile"),
    ("+447781123456", "", "tel:+447781123456", "GG", "mobile"),
    ("+491801234567", "", "tel:+491801234567", "DE", "shared_cost"),
    ("+447012345678", "", "tel:+447012345678", "GB", "personal_number"),
    ("+80012345678", "", "tel:+80012345678", "", "toll_free"),
    ("+870773111632", "", "tel:+870773111632", "", "satellite"),
    ("+881612345678", "", "tel:+881612345678", "", "satellite"),
    ("+8823421234", "", "tel:+8823421234", "", "satellite"),
    ("+883510012345", "", "tel:+883510012345", "", "satellite"),
    ("+878101234567890", "", "tel:+878101234567890", "", "personal_number"),
    ("+979123456789", "", "tel:+979123456789", "", "premium_rate"),
    ("+12165550123", "", "tel:+12165550123", "US", "fixed_line_or_mobile"),
    ("+12175550123", "", "tel:+12175550123", "US", "fixed_line_or_mobile"),
    ("+15555550123", "", "tel:+15555550123", "", "unknown"),
]

SHORT = [
    ("911", "US", "tel:911;phone-context=+1", "US", "emergency"),
    ("112", "DE", "tel:112;phone-context=+49", "DE", "emergency"),
    ("000", "AU", "tel:000;phone-context=+61", "AU", "emergency"),
    ("tel:999", "GB", "tel:999;phone-context=+44", "GB", "emergency"),
    ("411", "US", "tel:411;phone-context=+1", "US", "short_code"),
    ("tel:411;phone-context=+1", "", "tel:411;phone-context=+1", "US", "short_code"),
    ("tel:911;phone-context=+1", "CA", "tel:911;phone-context=+1", "CA", "emergency"),
    ("tel:112;phone-context=+49", "US", "tel:112;phone-context=+49", "DE", "emergency"),
]

SIP_NAMES = [
    ("sip:desk@pbx.example.com", "sip:desk@pbx.example.com", "pbx.example.com"),
    ("SIP:Desk@PBX.Example.COM", "sip:Desk@pbx.example.com", "pbx.example.com"),
    ("sips:desk@pbx.example.com:5061", "sips:desk@pbx.example.com:5061", "pbx.example.com"),
    ("sip:desk@pbx;Transport=TLS", "sip:desk@pbx;transport=tls", "pbx"),
    ("sip:201@pbx.example.com", "sip:201@pbx.example.com", "pbx.example.com"),
    ("sip:100001@pbx.example.com", "sip:100001@pbx.example.com", "pbx.example.com"),
    ("sip:a.b-c_d~e@10.0.0.1:5080", "sip:a.b-c_d~e@10.0.0.1:5080", "10.0.0.1"),
    ("sip:desk@[2001:DB8:0:0::1]", "sip:desk@[2001:db8::1]", "[2001:db8::1]"),
    ("sip:j%c3%bcrgen@pbx", "sip:j%C3%BCrgen@pbx", "pbx"),
    ("sip:%64esk@pbx", "sip:desk@pbx", "pbx"),
    ("sip:desk%40example.org@pbx", "sip:desk%40example.org@pbx", "pbx"),
]

SIP_NUMBERS = [
    # text, country, uri, number, region, type
    ("sip:+12125550123@t.example", "", "+12125550123", "US", "fixed_line_or_mobile"),
    ("sip:%2B19005550123@t.example", "", "+19005550123", "US", "premium_rate"),
    ("sip:19005550123@t.example", "US", "+19005550123", "US", "premium_rate"),
    ("sip:9005550123@t.example", "US", "+19005550123", "US", "premium_rate"),
    ("sip:1-900-555(0123)@t.example", "US", "+19005550123", "US", "premium_rate"),
    ("sip:0019005550123@t.example", "DE", "+19005550123", "US", "premium_rate"),
    ("sip:4930123456@t.example", "US", "+4930123456", "DE", "fixed_line"),
    ("sip:901123@t.example", "FO", "+298901123", "FO", "premium_rate"),
    ("sip:9011442079460123@t.example", "US", "", "", "unknown"),
    ("sip:5550123@t.example", "US", "", "", "unknown"),
    ("sip:911@t.example", "US", "", "US", "emergency"),
    ("sip:9-1-1@t.example", "US", "", "US", "emergency"),
    ("sip:112@t.example", "", "", "", "emergency"),
    ("sip:411@t.example;user=phone", "US", "", "US", "short_code"),
    ("sip:*97@t.example", "US", "", "", "feature_code"),
    ("sip:%2397@t.example", "US", "", "", "feature_code"),
]

REFUSED = [
    # text, country, a word of what the operator is told
    ("", "", "empty"),
    ("  ", "", "empty"),
    ("sales", "", "no number"),
    ("12125550123", "", "needs a country"),
    ("212-555-0123", "XX", "ISO 3166"),
    ("212-555-0123", "+1", "ISO 3166"),
    ("5550123", "US", "area code"),
    ("+1212555012", "", "too short"),
    ("+121255501234", "", "too long"),
    ("+999123456", "", "no country"),
    ("+1+2125550123", "", "no number"),
    ("4301234", "BB", "local form"),
    ("011 15-2345-6789", "AR", "local form"),
    ("+67200000", "", "local form"),
    ("000000", "DE", "begins with"),
    (" +12125550123", "", "space"),
    ("+12125550123\n", "", "line end"),
    ("+1212\u00a05550123", "", "special space"),
    ("+1212\u200b5550123", "", "U+200B"),
    ("\u202e+12125550123", "", "U+202E"),
    ("+1212\x005550123", "", "U+0000"),
    ("+１２１２５５５０１２３", "", "not ASCII"),
    ("+1212555٠123", "", "not ASCII"),
    ("1-800-FLOWERS", "US", "letters"),
    ("tel:1-800-FLOWERS", "US", "letters"),
    ("+12125550123,,1", "", "pauses"),
    ("+12125550123;1", "", "pauses"),
    ("+12125550123p1", "", "pauses"),
    ("tel:+12125550123w1", "", "pauses"),
    ("+12125550123 ext. 5", "", ";ext="),
    ("+12125550123x5", "", ";ext="),
    ("*72", "US", "* or #"),
    ("tel:#31#2125550123", "US", "* or #"),
    ("tel:", "", "missing"),
    ("tel:+", "", "no number"),
    ("tel:+1 2125550123", "", "white space"),
    ("tel:+1212%35550123", "", "%-escapes"),
    ("tel:+12125550123;postd=pp22", "", "no parameter but ;ext="),
    ("tel:+12125550123;rn=+19005550123", "", "no parameter but ;ext="),
    ("tel:+12125550123;cic=+1-6789", "", "no parameter but ;ext="),
    ("tel:+12125550123;isub=12", "", "no parameter but ;ext="),
    ("tel:+12125550123;ext=", "", "digits"),
    ("tel:+12125550123;ext=1;ext=2", "", "twice"),
    ("tel:+12125550123;", "", "no parameter but ;ext="),
    ("tel:2125550123;phone-context=example.com", "US", "country code"),
    ("tel:2125550123;phone-context=+1", "US", "short numbers"),
    ("tel:+12125550123;phone-context=+1", "US", "short numbers"),
    ("tel:411;phone-context=+999", "", "no country"),
    ("tel:411;phone-context=+1;ext=5", "", "short numbers"),
    ("tel:411;ext=5", "US", "no extension"),
    ("mailto:desk@example.com", "", "only tel:"),
    ("http://example.com", "", "only tel:"),
    ("desk@pbx.example.com", "", "sip: in front"),
    ("<sip:desk@pbx.example.com>", "", "display name"),
    ('"Desk" <sip:desk@pbx.example.com>', "", "display name"),
    ("Desk <sip:desk@pbx.example.com>", "", "display name"),
    ("sip:", "", "before the @"),
    ("sip:pbx.example.com", "", "before the @"),
    ("sip:@pbx.example.com", "", "before the @"),
    ("sip:desk@", "", "after the @"),
    ("sip:desk@:5060", "", "after the @"),
    ("sip:desk:secret@pbx.example.com", "", "password"),
    ("sip:desk@pbx.example.com?Replaces=x", "", "headers after ?"),
    ("sip:desk?a@pbx.example.com", "", "headers after ?"),
    ("sip:desk@pbx.example.com;maddr=10.0.0.1", "", ";maddr"),
    ("sip:desk@pbx.example.com;MADDR=10.0.0.1", "", ";maddr"),
    ("sip:desk@pbx.example.com;method=INVITE", "", ";method"),
    ("sip:desk@pbx.example.com;lr", "", ";lr"),
    ("sip:desk@pbx.example.com;ttl=15", "", ";ttl"),
    ("sip:desk@pbx.example.com;x=y", "", "parameter after ;"),
    ("sip:desk@pbx.example.com;", "", "parameter after ;"),
    ("sip:desk@pbx.example.com;transport=sctp", "", "udp, tcp or tls"),
    ("sip:desk@pbx.example.com;transport=tcp;transport=tcp", "", "twice"),
    ("sips:desk@pbx.example.com;transport=udp", "", "sips:"),
    ("sip:desk@pbx.example.com;user=phone", "", "user=phone"),
    ("sip:desk@pbx.example.com;user=ip", "", "user="),
    ("sip:desk@pbx.example.com:0", "", "port"),
    ("sip:desk@pbx.example.com:", "", "port"),
    ("sip:desk@pbx.example.com:65536", "", "port"),
    ("sip:desk@pbx.example.com:05060", "", "port"),
    ("sip:desk@pbx.example.com.", "", "dot"),
    ("sip:desk@pbx_1.example.com", "", "domain name"),
    ("sip:desk@-pbx.example.com", "", "domain name"),
    ("sip:desk@pbx..example.com", "", "domain name"),
    ("sip:desk@pbx/example.com", "", "domain name"),
    ("sip:desk@127.1", "", "IP address"),
    ("sip:desk@0x7f.0.0.1", "", "IP address"),
    ("sip:desk@2130706433", "", "IP address"),
    ("sip:desk@127.0.0.01", "", "IP address"),
    ("sip:desk@::1", "", "[ ]"),
    ("sip:desk@[::1", "", "[ ]"),
    ("sip:desk@[::1%25eth0]", "", "IPv6"),
    ("sip:desk@[fe80::1%eth0]", "", "interface"),
    ("sip:desk@pbx,example.com", "", "domain name"),
    ("sip:a@b@pbx.example.com", "", "%40"),
    ("sip:a,b@pbx.example.com", "", "pauses"),
    ("sip:+12125550123;postd=1@t.example", "", "before the @"),
    ("sip:100&PJSIP@pbx.example.com", "", "not allowed"),
    ("sip:${x}@pbx.example.com", "", "not allowed"),
    ("sip:a/b@pbx.example.com", "", "not allowed"),
    ("sip:jürgen@pbx.example.com", "", "not ASCII"),
    ("sip:a%0d%0aX@pbx.example.com", "", "not allowed"),
    ("sip:a%00@pbx.example.com", "", "not allowed"),
    ("sip:a%20b@pbx.example.com", "", "not allowed"),
    ("sip:1%3Bpostd=1@pbx.example.com", "", "not allowed"),
    ("sip:a%E2%80%AEb@pbx.example.com", "", "not allowed"),
    ("sip:%EF%BC%91%EF%BC%99@pbx.example.com", "", "not allowed"),
    ("sip:%EF%BD%81@pbx.example.com", "", "not allowed"),
    ("sip:a%ff@pbx.example.com", "", "UTF-8"),
    ("sip:a%2@pbx.example.com", "", "hex digits"),
    ("sip:+1900FLOWERS@t.example", "", "between + and @"),
    ("sip:+1@t.example", "", "too short"),
    ("sip:desk@pbx.example.com\r\nX-Evil: 1", "", "line end"),
    ("sip:desk @pbx.example.com", "", "white space"),
    ("sip:" + "a" * 250 + "@pbx", "", "255"),
]


@pytest.mark.parametrize(("text", "country", "uri", "region", "kind"), NUMBERS)
def test_a_number_becomes_a_tel_uri_in_e164(
    text: str, country: str, uri: str, region: str, kind: str
) -> None:
    target = TransferTarget.parse(text, country=country)
    number = uri.removeprefix("tel:").partition(";")[0]
    assert (target.uri, target.scheme, target.number) == (uri, "tel", number)
    assert (target.region, target.number_type, target.host) == (region, kind, "")


@pytest.mark.parametrize(("text", "country", "uri", "region", "kind"), SHORT)
def test_short_numbers_are_addresses_of_their_own_kind(
    text: str, country: str, uri: str, region: str, kind: str
) -> None:
    target = TransferTarget.parse(text, country=country)
    assert (target.uri, target.region, target.number_type) == (uri, region, kind)
    assert target.number == ""


@pytest.mark.parametrize(("text", "uri", "host"), SIP_NAMES)
def test_a_sip_name_or_extension_is_no_number(text: str, uri: str, host: str) -> None:
    target = TransferTarget.parse(text, country="US")
    assert (target.uri, target.host) == (uri, host)
    assert (target.number, target.region, target.number_type) == ("", "", "")


@pytest.mark.parametrize(("text", "country", "number", "region", "kind"), SIP_NUMBERS)
def test_a_sip_user_that_a_host_may_dial_is_a_number(
    text: str, country: str, number: str, region: str, kind: str
) -> None:
    target = TransferTarget.parse(text, country=country)
    assert (target.number, target.region, target.number_type) == (number, region, kind)
    assert target.host == "t.example"


def test_a_sip_number_is_sent_without_what_the_host_might_read_differently() -> None:
    assert TransferTarget.parse("sip:+44(0)2079460123@t").uri == "sip:+442079460123@t"
    assert TransferTarget.parse("sip:1-900-5550123@t").uri == "sip:19005550123@t"


def test_digits_that_are_numbers_of_two_countries_are_refused() -> None:
    with pytest.raises(TargetError, match="two countries"):
        TransferTarget.parse("sip:4722345678@t.example", country="US")


@pytest.mark.parametrize(("text", "country", "told"), REFUSED)
def test_what_is_no_address_is_refused_with_what_to_write(
    text: str, country: str, told: str
) -> None:
    with pytest.raises(TargetError) as refusal:
        TransferTarget.parse(text, country=country)
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+12125550123", "tel:…0123"),
        ("+2904002", "tel:…02"),
        ("tel:911;phone-context=+1", "tel:…"),
        ("sip:desk@pbx.example.com", "sip:…@pbx.example.com"),
        ("sip:+12125550123@t.example", "sip:…0123@t.example"),
    ],
)
def test_its_text_hides_who_is_called(text: str, shown: str) -> None:
    target = TransferTarget.parse(text)
    assert str(target) == shown
    assert repr(target) == f"<TransferTarget {shown}>"


@pytest.mark.parametrize("uri", ["tel:+1\r\nX: 1", "sip:a b@h", "<sip:a@h>", "+12125550123", ""])
def test_no_address_can_be_made_past_parse_that_would_break_a_header(uri: str) -> None:
    with pytest.raises(TargetError):
        TransferTarget(uri, "sip" if "sip" in uri else "tel")


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+12125550123", "", "+12125550123"),
        ("12125550123", "", "+12125550123"),
        ("2125550123", "US", "+12125550123"),
        ("030123456", "DE", "+4930123456"),
        ("442079460123", "US", "+442079460123"),
        ("2125550123", "", ""),
        ("anonymous", "US", ""),
        ("", "US", ""),
        ("+", "US", ""),
        ("201", "US", ""),
        ("911", "US", ""),
        ("+266696687", "US", ""),
        ("+86282452253", "US", ""),
        ("266696687", "US", ""),
        ("+1212555٠123", "US", ""),
        ("x" * 10_000, "US", ""),
        ("1" * 10_000, "US", ""),
    ],
)
def test_a_claimed_number_is_believed_only_when_it_is_in_service(
    text: str, country: str, number: str
) -> None:
    assert claimed_number(text, country) == number
