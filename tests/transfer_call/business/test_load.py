from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.business import SMALL, faults, loaded, places, write, write_wav
from transfer_call.business import Business, BusinessFileError, CallLimits, Notices, load
from transfer_call.business.models import BusinessFile, DestinationModel
from transfer_call.business.resolver import HttpResolver
from transfer_call.business.services import OpenAIServices
from transfer_call.record import Rates
from transfer_call.transfer.outcome import Outcome


def test_a_name_a_country_and_one_destination_are_enough(tmp_path: Path) -> None:
    business = loaded(tmp_path, SMALL)
    [line] = business.lines
    assert (line.name, line.business, line.language) == ("acme", "Acme", "en")
    assert line.directory["sales"].targets[0].uri == "tel:+12125550123"
    assert line.directory.policy.allowed_countries == {"US"}
    assert business.line_for("whatever was dialled") is line


EVERYTHING_GOOD = """\
business:
  name: Acme Dental
  country: us
  timezone: America/New_York
  language: es
  numbers: ["(415) 555-0100", +14155550101]
  hours: "Mo-Fr 09:00-17:00"
  closed: {2026-12-24: Christmas Eve}
greeting: Hola.
notices: {automated: no, recorded: yes, emergency: no}
limits: {silence: 5s, caller_silence: 12s, max_call: 20m}
prompts: words
operator: desk
urgent: nurse
destinations:
  sales:
    to: ["+12125550123", sip:sales@pbx.example.com]
    rotate: yes
    description: prices
    spoken: the sales team
    aliases: pricing
    department: Front
    key: 1
    extension: 0201
    hours: "Mo-Fr 08:00-18:00"
    otherwise: {busy: desk, closed: [nurse, desk]}
    announcement: One moment.
    language: en
    play_dialtone: false
    ringing_timeout: 2m
    headers: {X-Caller: "{caller}"}
    summary_header: X-Summary
    confirm: true
    hidden: true
  desk: {to: sip:desk@pbx.example.com, otherwise: nurse, announcement: ""}
  nurse: {to: {resolve: https://example.com/x, secret: s, allow_private: example.com}}
policy:
  countries: [US, CA]
  number_types: [mobile, fixed_line_or_mobile]
  sip_hosts: [other.example.com]
  exceptions: tel:+442071838750
  rates: {per_call: 3, per_caller: 5/hour, per_destination: unlimited, international: 2/day}
  max_attempts: 2
  max_duration: 90
  store_down: block
keypad:
  debounce: 50ms
  menus:
    main:
      prompt: {es: Marque uno.}
      tries: 2
      timeout: 9s
      otherwise: desk
      direct_dial: true
      keys: {"1": {to: sales, label: ventas}, "2": {menu: more}, "9": repeat}
    more: {keys: {"1": nurse, "2": back, "3": dial extension, "4": dial name}}
phrases: {busy: "{label} comunica.", en: {goodbye: [Bye., Really.]}}
pipeline: standby
openai:
  {base_url: https://ai.example.com/v1, stt: a, llm: b, tts: c, realtime: d, voice: e}
"""


def test_every_key_of_the_file_is_in_what_is_built(tmp_path: Path) -> None:
    business = loaded(tmp_path, EVERYTHING_GOOD)
    [line] = business.lines
    directory = line.directory
    assert line.numbers == ("+14155550100", "+14155550101")
    assert (line.greeting, line.pipeline, line.debounce) == ("Hola.", "standby", 0.05)
    assert line.notices == Notices(automated=False, recorded=True, emergency=False)
    assert line.limits == CallLimits(silence=5, caller_silence=12, max_call=1200)
    assert line.prompts == tmp_path / "words"
    assert line.openai == OpenAIServices("https://ai.example.com/v1", "a", "b", "c", "d", "e")
    assert directory.operator is directory["desk"]
    assert directory.urgent is directory["nurse"]
    assert directory.hours is not None
    assert directory.hours.closed_reason(datetime(2026, 12, 24, 15, tzinfo=UTC)) == "Christmas Eve"
    sales = directory["sales"]
    assert [target.uri for target in sales.targets] == [
        "tel:+12125550123",
        "sip:sales@pbx.example.com",
    ]
    assert (sales.rotate, sales.description, sales.spoken) == (True, "prices", "the sales team")
    assert (sales.aliases, sales.department) == (("pricing",), "Front")
    assert (sales.key, sales.extension) == ("1", "0201")
    assert sales.schedule is not None and sales.schedule.timezone == "America/New_York"
    assert sales.next_after(Outcome.CLOSED) == ("nurse", "desk")
    assert sales.next_after(Outcome.BUSY) == ("desk",)
    assert sales.next_after(Outcome.NO_ANSWER) == ()
    assert directory["desk"].next_after(Outcome.NO_ANSWER) == ("nurse",)
    assert (sales.announcement, directory["desk"].announcement) == ("One moment.", "")
    assert (sales.language, sales.play_dialtone, sales.ringing_timeout) == ("en", False, 120)
    assert (sales.headers, sales.summary_header) == ({"X-Caller": "{caller}"}, "X-Summary")
    assert (sales.confirm, sales.hidden) == (True, True)
    assert isinstance(directory["nurse"].resolver, HttpResolver)
    policy = directory.policy
    assert policy.allowed_countries == {"US", "CA"}
    assert policy.number_types == {"mobile", "fixed_line_or_mobile"}
    assert policy.sip_hosts == {"other.example.com", "pbx.example.com"}
    assert policy.exceptions == {"tel:+442071838750"}
    assert policy.own_numbers == {"+14155550100", "+14155550101"}
    assert policy.rates == Rates(3, (5, 3600), None, (2, 86400))
    assert (policy.max_attempts, policy.max_seconds, policy.store_down) == (2, 90, "block")
    assert line.menus is not None
    assert list(line.menus.menus["main"].entries) == ["1", "2", "9"]
    main = line.menus.menus["main"]
    assert (main.prompt, main.tries, main.timeout) == ({"es": "Marque uno."}, 2, 9.0)
    assert main.default is not None and main.default.destination == "desk"
    assert main.direct_dial
    assert line.phrases("es").sentences("busy", label="Ana") == ["Ana comunica."]
    assert line.phrases("en").goodbye() == ["Bye.", "Really."]


EVERYTHING_WRONG = """\
busines: {}
business:
  nam: Acme
  country: UK
  timezone: Mars/Phobos
  language: it
  hours:
  closed: {24.12.: x, 2026-12-24: }
hours: Mo-Fr
destinations:
  sales:
    to: []
    kee: 1
    key: 11
    aliases: [a, {b: c}]
    ringing_timeout: 60000ms
    otherwise: {bussy: x, busy: {a: b}}
    play_dialtone: maybe
    announcement:
  desk: tel:+12125550123
  nobody: {description: x}
  asked: {to: {resolve: http://example.com, secrt: x}}
policy:
  rates: {per_caller: 5 an hour}
  countries: {US: true}
  max_duration: 0
  store_down: alow
keypad: {debounce: 2s, menus: {main: {keys: {a: sales, "1": {label: x}}}}}
pipeline: cascad
openai: {base_url: example.com, voce: x}
"""


def test_every_fault_is_said_in_one_run_with_its_line_and_field(tmp_path: Path) -> None:
    assert places(tmp_path, EVERYTHING_WRONG) == [
        (1, "busines"),
        (3, "business.nam"),
        (4, "business.country"),
        (5, "business.timezone"),
        (6, "business.language"),
        (7, "business.hours"),
        (8, "business.closed.24.12."),
        (8, "business.closed.2026-12-24"),
        (9, "hours"),
        (12, "destinations.sales.to"),
        (13, "destinations.sales.kee"),
        (14, "destinations.sales.key"),
        (15, "destinations.sales.aliases[1]"),
        (16, "destinations.sales.ringing_timeout"),
        (17, "destinations.sales.otherwise.bussy"),
        (17, "destinations.sales.otherwise.busy"),
        (18, "destinations.sales.play_dialtone"),
        (19, "destinations.sales.announcement"),
        (20, "destinations.desk"),
        (21, "destinations.nobody.to"),
        (22, "destinations.asked.to.resolve"),
        (22, "destinations.asked.to.secrt"),
        (24, "policy.rates.per_caller"),
        (25, "policy.countries"),
        (26, "policy.max_duration"),
        (27, "policy.store_down"),
        (28, "keypad.debounce"),
        (28, "keypad.menus.main.keys.a"),
        (28, "keypad.menus.main.keys.1"),
        (29, "pipeline"),
        (30, "openai.base_url"),
        (30, "openai.voce"),
    ]


def test_what_only_shows_together_is_found_in_the_same_run_as_a_misspelt_key(
    tmp_path: Path,
) -> None:
    found = places(
        tmp_path,
        """\
        business:
          name: Acme
          country: US
          numbers: ["+1", "+14155550100"]
          hours: Mo-Fr 9-17
        operator: saless
        destinations:
          sales:
            kee: 1
            to: ["+12125550123", tel:nothing]
            key: 1
            otherwise: desk
          desk:
            to: tel:+14155550100
            key: 1
            otherwise: [sales]
            headers: {From: x}
            summary_header: Via
        policy: {countries: [US, XX]}
        keypad: {menus: {main: {keys: {"1": nobody}}}}
        phrases: {bussy: x, fr: {busy: y}, it: {busy: z}}
        """,
    )
    assert found == [
        (1, "business.timezone"),
        (4, "business.numbers[0]"),
        (5, "business.hours"),
        (6, "operator"),
        (9, "destinations.sales.kee"),
        (10, "destinations.sales.to[1]"),
        (12, "destinations.sales.otherwise"),
        (14, "destinations.desk.to"),
        (15, "destinations.desk.key"),
        (17, "destinations.desk.headers.From"),
        (18, "destinations.desk.summary_header"),
        (19, "policy.countries"),
        (20, "keypad.menus.main.keys.1"),
        (21, "phrases.bussy"),
        (21, "phrases.fr.busy"),
        (21, "phrases.it"),
    ]


def test_a_misspelt_key_is_one_fault(tmp_path: Path) -> None:
    text = """\
    business: {nam: A, country: US}
    destination: {sales: {to: "+12125550123"}}
    """
    assert places(tmp_path, text) == [(1, "business.nam"), (2, "destination")]


def test_a_fault_reads_as_file_line_field_and_words(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, SMALL.replace("sales: {to", "sales: {tos: 1, to"))
    assert str(fault) == (
        f'{tmp_path}/acme.yaml:5: destinations.sales.tos: unknown key - did you mean "to"?'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contry: US", 'unknown key - did you mean "country"?'),
        ("greeting: Hi", "unknown key; greeting stands at the top of the file"),
        ("rates: {}", "unknown key; rates stands under policy"),
        ("announcement: x", "unknown key; announcement stands under destinations.NAME"),
        ("zzzz: 1", "the keys here are name, country, timezone"),
        ("country: UK", 'did you mean "GB"?'),
        ("timezone: America/NewYork", 'did you mean "America/New_York"?'),
        ("timezone: EST5", "IANA time zone"),
        ("language: eng", 'did you mean "en"?'),
        ("hours:", "has no value"),
        ("hours: [a]", "must be one text, not a list"),
        ("hours: {a: b}", "must be one text, not a mapping"),
        ("name: ''", "must not be empty"),
    ],
)
def test_words_lead_to_the_way_out(tmp_path: Path, text: str, words: str) -> None:
    key = text.partition(":")[0]
    rest = {"name": "name: A", "country": "country: US"}
    rest.pop(key, None)
    lines = "\n".join(f"  {line}" for line in [*rest.values(), text])
    found = faults(tmp_path, f"business:\n{lines}\ndestinations: {{a: {{to: '+12125550123'}}}}\n")
    assert any(words in fault.message for fault in found), found


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("key", "'*'", "one digit"),
        ("key", "10", "one digit"),
        ("extension", "20a", "digits only"),
        ("ringing_timeout", "1.5s", "whole seconds or minutes"),
        ("ringing_timeout", "0", "whole seconds or minutes"),
        ("ringing_timeout", "500ms", "whole seconds or minutes"),
        ("play_dialtone", "ja", "true or false"),
        ("otherwise", "sails", "there is no destination 'sails'; did you mean 'sales'?"),
        ("otherwise", "{busyy: sales}", 'did you mean "busy"?'),
        ("otherwise", "sales", "leads back to itself"),
        ("rotate", "true", "two or more addresses"),
        ("headers", "{To: x}", "bridge sets this header itself"),
        ("headers", "{X-A: '{nope}'}", "placeholder is unknown"),
        ("hours", "Mo-Fr 9-17", "cannot be read at character 7"),
        ("to", "sip:x@h?Replaces=1", "headers after ?"),
        ("to", "{resolve: http://example.com, secret: x}", "must begin with https://"),
        ("to", "{resolve: https://u:p@example.com, secret: x}", "user name"),
        ("to", "{resolve: 'https://[::1', secret: x}", "https://example.com/route"),
        ("to", "{resolve: https://example.com}", "is missing. The secret"),
        ("to", "{resolve: https://example.com, secret: }", "has no value"),
    ],
)
def test_words_about_a_destination_lead_to_the_way_out(
    tmp_path: Path, field: str, value: str, words: str
) -> None:
    to = "" if field == "to" else "to: '+12125550123', "
    found = faults(
        tmp_path,
        "business: {name: A, country: US, timezone: America/New_York}\n"
        f"destinations: {{sales: {{{to}{field}: {value}}}}}\n",
    )
    assert [fault.line for fault in found] == [2]
    assert words in found[0].message, found


def test_a_pipeline_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, f"{SMALL}pipeline: stanby\n")
    assert 'did you mean "standby"?' in fault.message


@pytest.mark.parametrize("value", ["auto", "cascade", "realtime", "standby"])
def test_every_pipeline_is_taken(tmp_path: Path, value: str) -> None:
    assert loaded(tmp_path, f"{SMALL}pipeline: {value}\n").lines[0].pipeline == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("ftp://example.com/v1", "must be an address such as"),
        ("http://[example.com/v1", "must be an address such as"),
        ("https://", "must be an address such as"),
        ("https://me:secret@example.com/v1", "OPENAI_API_KEY is the key"),
        ("https://example.com/v1?key=1", "without ? or #"),
        ("https://example.com/", "must end with /v1"),
    ],
)
def test_an_address_that_is_no_api_is_a_fault(tmp_path: Path, value: str, words: str) -> None:
    [fault] = faults(tmp_path, f"{SMALL}openai: {{base_url: '{value}'}}\n")
    assert (fault.field, fault.line) == ("openai.base_url", 6)
    assert words in fault.message


def test_the_api_of_a_server_in_the_same_network_needs_no_tls(tmp_path: Path) -> None:
    [line] = loaded(tmp_path, f"{SMALL}openai: {{base_url: 'http://10.0.0.5:8000/v1/'}}\n").lines
    assert line.openai.base_url == "http://10.0.0.5:8000/v1"
    assert line.openai.llm == OpenAIServices().llm


def test_text_is_taken_as_written_whatever_yaml_makes_of_it(tmp_path: Path) -> None:
    [line] = loaded(
        tmp_path,
        """
        business: {name: 42, country: NO}
        greeting: yes
        destinations:
          007: {to: tel:+4722112233, extension: 0042}
        """,
    ).lines
    assert (line.business, line.greeting, line.directory.country) == ("42", "yes", "NO")
    assert line.directory["007"].extension == "0042"


def test_a_key_written_twice_is_a_fault_beside_the_others(tmp_path: Path) -> None:
    found = places(
        tmp_path,
        """\
        business: {name: A, country: US}
        destinations:
          sales: {to: "+12125550123"}
          sales: {to: "+12125550124"}
          desk: {to: nothing}
        """,
    )
    assert found == [(4, "destinations.sales"), (5, "destinations.desk.to")]


def test_numbers_come_from_the_environment(tmp_path: Path) -> None:
    text = SMALL.replace('"+12125550123"', "${SALES_NUMBER}")
    business = loaded(tmp_path, text, {"SALES_NUMBER": "+12125550199"})
    assert business.lines[0].directory["sales"].targets[0].number == "+12125550199"


@pytest.mark.parametrize("env", [{}, {"SALES_NUMBER": ""}])
def test_a_variable_that_is_not_there_is_one_fault_and_never_an_empty_text(
    tmp_path: Path, env: dict[str, str]
) -> None:
    text = SMALL.replace('"+12125550123"', "${SALES_NUMBER}")
    [fault] = faults(tmp_path, text, env)
    assert (fault.line, fault.field) == (5, "destinations.sales.to")
    assert "SALES_NUMBER" in fault.message


def test_what_the_environment_holds_is_in_no_fault(tmp_path: Path) -> None:
    fields = BusinessFile.model_fields.keys() | DestinationModel.model_fields.keys()
    lines = "\n".join(f"    {field}: ${{S}}" for field in sorted(fields))
    found = faults(
        tmp_path,
        f"business:\n  name: ${{S}}\n  country: ${{S}}\n  numbers: ${{S}}\n  hours: ${{S}}\n"
        f"destinations:\n  sales:\n{lines}\npolicy: {{sip_hosts: ${{S}}, exceptions: ${{S}}}}\n",
        {"S": "hunter2 <secret>"},
    )
    assert "hunter2" not in "\n".join(str(fault) for fault in found)


def test_what_follows_from_a_wrong_country_is_not_said(tmp_path: Path) -> None:
    text = """\
    business: {name: A, country: USA, timezone: America/New_York, hours: "Mo-Fr 09:00-17:00"}
    destinations:
      sales: {to: (030) 1234567, key: 1}
      desk: {to: "+12125550123", key: 1}
    policy: {countries: [US]}
    """
    assert places(tmp_path, text) == [(1, "business.country"), (4, "destinations.desk.key")]


def test_what_follows_from_a_missing_business_is_not_said(tmp_path: Path) -> None:
    assert places(tmp_path, 'destinations: {a: {to: "212 555 0123"}}\n') == [(1, "business")]


def test_hours_without_a_time_zone_are_one_fault(tmp_path: Path) -> None:
    text = """\
    business: {name: A, country: US}
    destinations:
      sales: {to: "+12125550123", hours: "Mo-Fr 09:00-17:00"}
      desk: {to: "+12125550124", hours: "Mo-Fr 09:00-17:00"}
    """
    [fault] = faults(tmp_path, text)
    assert (fault.line, fault.field) == (1, "business.timezone")
    assert "destinations.sales.hours needs it" in fault.message


def test_dates_need_no_weekly_hours(tmp_path: Path) -> None:
    business = loaded(
        tmp_path,
        """
        business: {name: A, country: US, timezone: America/New_York, closed: {2026-12-24: Eve}}
        destinations: {sales: {to: "+12125550123"}}
        """,
    )
    directory = business.lines[0].directory
    assert not directory.is_open("sales", datetime(2026, 12, 24, 15, tzinfo=UTC))
    assert directory.is_open("sales", datetime(2026, 12, 25, 15, tzinfo=UTC))


def test_a_business_without_anyone_to_reach_is_a_fault(tmp_path: Path) -> None:
    assert places(tmp_path, "business: {name: A, country: US}\n") == [(1, "destinations")]


def test_people_are_destinations_beside_the_others(tmp_path: Path) -> None:
    write(tmp_path, "name,extension,address,department\nAnn Lee,201,+12125550124,Sales\n", "p.csv")
    [line] = loaded(tmp_path, f"{SMALL}people: p.csv\n").lines
    ann = line.directory["Ann Lee"]
    assert (ann.extension, ann.department) == ("201", "Sales")
    assert line.directory.names == ("sales", "Ann Lee")


def test_people_alone_are_enough(tmp_path: Path) -> None:
    write(tmp_path, "name,address\nAnn Lee,+12125550124\n", "p.csv")
    business = loaded(tmp_path, "business: {name: A, country: US}\npeople: p.csv\n")
    assert business.lines[0].directory.names == ("Ann Lee",)


def test_namesakes_are_called_alike_and_named_apart(tmp_path: Path) -> None:
    rows = "name,address,department\nAnn Lee,+12125550124,Sales\nAnn Lee,+12125550125,Billing\n"
    write(tmp_path, rows, "p.csv")
    directory = loaded(tmp_path, f"{SMALL}people: p.csv\n").lines[0].directory
    assert directory.names == ("sales", "Ann Lee (Sales)", "Ann Lee (Billing)")
    assert directory["Ann Lee (Billing)"].label == "Ann Lee"


def test_faults_of_people_stand_at_their_rows(tmp_path: Path) -> None:
    rows = "name,extension,address\nAnn,201,nothing\nBo,1,+12125550124\nSales,,+12125550125\n,,+1\n"
    write(tmp_path, rows, "p.csv")
    text = SMALL.replace('"+12125550123"', '"+12125550123", key: 1') + "people: p.csv\nx: 1\n"
    found = [(Path(f.file).name, f.line, f.field) for f in faults(tmp_path, text)]
    assert found == [
        ("acme.yaml", 7, "x"),
        ("p.csv", 2, "address"),
        ("p.csv", 3, "extension"),
        ("p.csv", 4, "name"),
        ("p.csv", 5, "name"),
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("none.csv", "does not exist"), (".", "is a folder"), ("a\0b", "")]
)
def test_a_file_of_people_that_cannot_be_read_is_a_fault_where_it_is_named(
    tmp_path: Path, name: str, words: str
) -> None:
    [fault] = faults(tmp_path, f"{SMALL}people: {json.dumps(name)}\n")
    assert (fault.line, fault.field) == (6, "people")
    assert words in fault.message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "is empty; it may hold business"),
        (b"# nothing\n", 1, "is empty"),
        (b"- a\n", 1, "not a list of keys"),
        (b"just words\n", 1, "not a list of keys"),
        (b"business: {name: A\n", 2, "not valid YAML"),
        (b"a: \xff\xfe\n", 0, "is not UTF-8 text (line 1)"),
        ("a: b\n".encode("utf-16"), 0, "is not UTF-8 text"),
        (bytes(range(256)) * 20, 0, "is not UTF-8 text"),
        (b"a: \x00\n", 1, "not text"),
        (b"[" * 100_000, 1, "nested deeper"),
    ],
)
def test_a_file_that_is_no_business_is_one_fault(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(content)
    with pytest.raises(BusinessFileError) as caught:
        load(path, {})
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == (str(path), line)
    assert words in fault.message


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path, {}).lines[0].business == "Acme"


def test_a_file_that_cannot_be_read_is_one_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, words in [
        (tmp_path / "none.yaml", "does not exist"),
        (tmp_path, "is a folder"),
        (Path("/dev/null"), "is not a regular file"),
        (tmp_path / "a\0b", "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ]:
        with pytest.raises(BusinessFileError, match=words) as caught:
            load(path, {})
        assert len(caught.value.faults) == 1
    monkeypatch.setattr("transfer_call.business.files.MAX_BYTES", 10)
    with pytest.raises(BusinessFileError, match="is bigger than"):
        load(write(tmp_path, SMALL), {})


def test_more_faults_than_anyone_reads_are_counted(tmp_path: Path) -> None:
    found = faults(tmp_path, SMALL + "".join(f"x{n}: 1\n" for n in range(600)))
    assert len(found) == 501
    assert found[-1].message == "and 100 faults more"


@pytest.mark.parametrize(
    ("menus", "field", "words"),
    [
        ("{first: {keys: {'1': a}}}", "keypad.menus", "named main"),
        ("{main: {keys: {'1': b}}}", "keypad.menus.main.keys.1", "there is no destination 'b'"),
        ("{main: {keys: {'1': {menu: x}}}}", "keypad.menus.main.keys.1", "there is no menu 'x'"),
        ("{main: {keys: {'1': dial extension}}}", "keypad.menus.main.keys.1", "no destination has"),
        ("{main: {keys: {'1': back}}}", "keypad.menus.main.keys.1", "nothing to go back to"),
        ("{main: {keys: {'0': b}}}", "keypad.menus.main.keys.0", "there is no destination"),
        ("{main: {}}", "keypad.menus.main", "no key does anything"),
        ("{main: {keys: {'1': a}, otherwise: b}}", "keypad.menus.main", "no destination 'b'"),
        ("{main: {keys: {'1': a}}, c: {keys: {'1': a}}}", "keypad.menus.c", "no key leads"),
        ("{main: {keys: {'1': {to: a, menu: b}}}}", "keypad.menus.main.keys.1", "one of: to"),
        (
            "{main: {keys: {'1': {language: es, label: x}}}}",
            "keypad.menus.main.keys.1",
            "remove label",
        ),
        ("{main: {keys: {'1': {language: xx}}}}", "keypad.menus.main.keys.1.language", "must be"),
        ("{main: {prompt: {xx: a}}}", "keypad.menus.main.prompt.xx", "must be en"),
    ],
)
def test_menus_that_lead_nowhere_are_faults(
    tmp_path: Path, menus: str, field: str, words: str
) -> None:
    text = (
        "business: {name: A, country: US}\n"
        "destinations: {a: {to: '+12125550123'}}\n"
        f"keypad: {{menus: {menus}}}\n"
    )
    found = faults(tmp_path, text)
    assert any(f.line == 3 and f.field == field and words in f.message for f in found), found


def test_a_destination_named_like_an_action_must_be_written_out(tmp_path: Path) -> None:
    text = """\
    business: {name: A, country: US}
    destinations: {repeat: {to: "+12125550123"}}
    keypad: {menus: {main: {keys: {"1": repeat}}}}
    """
    [fault] = faults(tmp_path, text)
    assert "write {to: repeat}" in fault.message
    assert loaded(tmp_path, text.replace('"1": repeat', '"1": {to: repeat}')).lines


def test_recordings_are_played_for_sentences_that_are_said(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "wav" / "a.wav")
    [line] = loaded(
        tmp_path,
        """
        business: {name: Acme, country: US}
        greeting: Hello.
        destinations:
          sales: {to: "+12125550123", key: 1, announcement: Off you go.}
          desk: {to: "+12125550124", language: es}
        keypad: {menus: {main: {prompt: Press a key., keys: {"7": sales}}}}
        phrases: {goodbye: See you.}
        recordings:
          Hello.: wav/a.wav
          Off you go.: wav/a.wav
          Press a key.: wav/a.wav
          See you.: wav/a.wav
          For sales, press 7.: wav/a.wav
          Lo siento.: wav/a.wav
        """,
    ).lines
    assert set(line.recordings.values()) == {wav}
    assert len(line.recordings) == 6


def test_recordings_that_are_never_played_or_cannot_be_are_faults(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav")
    write(tmp_path, "no sound", "b.wav")
    found = faults(
        tmp_path,
        SMALL + "greeting: Hello there.\nrecordings:\n  Hello then.: a.wav\n"
        "  Hello there.: b.wav\n  I'm sorry.: none.wav\n",
    )
    assert [(f.line, f.field) for f in found] == [
        (8, "recordings.Hello then."),
        (9, "recordings.Hello there."),
        (10, "recordings.I'm sorry."),
    ]
    assert 'nothing here says this sentence - did you mean "Hello there."?' in found[0].message
    assert found[1].message.startswith("b.wav: ") and "wav file" in found[1].message
    assert "none.wav: no such file" in found[2].message


_WORDS = st.sampled_from(
    [
        *BusinessFile.model_fields,
        *DestinationModel.model_fields,
        *("name", "country", "lines", "unknown_number", "menus", "main", "keys", "resolve"),
        *("US", "sales", "+12125550123", "sip:a@b.test", "Mo-Fr 09:00-17:00", "1", "5/hour"),
        *("", "a", "Europe/Berlin", "${A}", "people.csv", "."),
    ]
)
_STRUCTURES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 20) | _WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


def _refused_or_loaded(path: Path) -> None:
    try:
        assert isinstance(load(path, {"A": "x"}), Business)
    except BusinessFileError as error:
        assert error.faults
        for fault in error.faults:
            assert fault.message and "\n" not in str(fault)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(_WORDS, _STRUCTURES, max_size=5))
def test_no_structure_raises_anything_else(tmp_path: Path, structure: dict[str, Any]) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(json.dumps(structure))
    _refused_or_loaded(path)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_no_damage_to_a_good_file_raises_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    good = EVERYTHING_GOOD
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 12)))
    between = data.draw(st.text(":-{}[]\"'#&*!|>%@ \n\tabc019+", max_size=4))
    path = tmp_path / "acme.yaml"
    path.write_text(good[:start] + between + good[end:])
    _refused_or_loaded(path)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(content)
    _refused_or_loaded(path)
