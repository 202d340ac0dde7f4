"""What Twilio's API takes and answers, in the words of OpenAPI 3.0, for what is used of it.

Written from the reference of Trunking v1 and of IncomingPhoneNumbers (2010-04-01). Where
`TWILIO_OPENAPI` names a folder with Twilio's own documents (`spec/json` of github.com/twilio/
twilio-oai), those are used instead, whole.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENTS = ("twilio_trunking_v1.json", "twilio_api_v2010.json")

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "nullable": True}
_WHOLE: Schema = {"type": "integer"}
_YES_NO: Schema = {"type": "boolean"}
_MODE: Schema = {"type": "string", "enum": ["disable-all", "enable-all", "sip-only"]}
_CALLER_ID: Schema = {"type": "string", "enum": ["from-transferee", "from-transferor"]}
_METHOD: Schema = {"type": "string", "enum": ["GET", "POST"]}


def _sid(prefix: str) -> Schema:
    return {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


_TRUNK: Schema = {
    "type": "object",
    "properties": {
        "sid": _maybe(_sid("TK")),
        "account_sid": _maybe(_sid("AC")),
        "friendly_name": _TEXT,
        "domain_name": _TEXT,
        "disaster_recovery_url": _TEXT,
        "disaster_recovery_method": _maybe(_METHOD),
        "transfer_mode": _MODE,
        "transfer_caller_id": _CALLER_ID,
    },
}
_URL: Schema = {
    "type": "object",
    "properties": {
        "sid": _maybe(_sid("OU")),
        "trunk_sid": _maybe(_sid("TK")),
        "sip_url": _TEXT,
        "friendly_name": _TEXT,
        "enabled": _maybe(_YES_NO),
        "priority": _WHOLE,
        "weight": _WHOLE,
    },
}
_NUMBER: Schema = {
    "type": "object",
    "properties": {
        "sid": _maybe(_sid("PN")),
        "phone_number": _TEXT,
        "trunk_sid": _maybe(_sid("TK")),
        "voice_url": _TEXT,
        "voice_application_sid": _maybe(_sid("AP")),
    },
}
_TRUNK_FORM: Schema = {
    "FriendlyName": {"type": "string"},
    "DomainName": {"type": "string"},
    "DisasterRecoveryUrl": {"type": "string", "format": "uri"},
    "DisasterRecoveryMethod": _METHOD,
    "TransferMode": _MODE,
    "Secure": _YES_NO,
    "CnamLookupEnabled": _YES_NO,
    "TransferCallerId": _CALLER_ID,
}
_URL_FORM: Schema = {
    "Weight": _WHOLE,
    "Priority": _WHOLE,
    "Enabled": _YES_NO,
    "FriendlyName": {"type": "string"},
    "SipUrl": {"type": "string", "format": "uri"},
}
_PAGING: list[tuple[str, str, Schema]] = [
    ("PageSize", "query", {"type": "integer", "minimum": 1, "maximum": 1000}),
    ("Page", "query", {"type": "integer", "minimum": 0}),
    ("PageToken", "query", {"type": "string"}),
]


def _operation(
    status: str, answer: Schema, *parameters: tuple[str, str, Schema], form: Schema | None = None
) -> Schema:
    operation: Schema = {
        "parameters": [
            {"name": name, "in": place, "schema": schema, "required": place == "path"}
            for name, place, schema in parameters
        ],
        "responses": {status: {"content": {"application/json": {"schema": answer}}}},
    }
    if form is not None:
        body = {"application/x-www-form-urlencoded": {"schema": form}}
        operation["requestBody"] = {"content": body}
    return operation


def _form(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _page(key: str, item: Schema) -> Schema:
    return {"type": "object", "properties": {key: {"type": "array", "items": item}}}


_TRUNK_SID = ("TrunkSid", "path", _sid("TK"))
_OWN: Schema = {
    "paths": {
        "/v1/Trunks": {
            "get": _operation("200", _page("trunks", _TRUNK), *_PAGING),
            "post": _operation("201", _TRUNK, form=_form(_TRUNK_FORM)),
        },
        "/v1/Trunks/{Sid}": {
            "get": _operation("200", _TRUNK, ("Sid", "path", _sid("TK"))),
            "post": _operation("200", _TRUNK, ("Sid", "path", _sid("TK")), form=_form(_TRUNK_FORM)),
        },
        "/v1/Trunks/{TrunkSid}/OriginationUrls": {
            "get": _operation("200", _page("origination_urls", _URL), _TRUNK_SID, *_PAGING),
            "post": _operation("201", _URL, _TRUNK_SID, form=_form(_URL_FORM, *_URL_FORM)),
        },
        "/v1/Trunks/{TrunkSid}/OriginationUrls/{Sid}": {
            "post": _operation(
                "200", _URL, _TRUNK_SID, ("Sid", "path", _sid("OU")), form=_form(_URL_FORM)
            ),
        },
        "/v1/Trunks/{TrunkSid}/PhoneNumbers": {
            "get": _operation("200", _page("phone_numbers", _NUMBER), _TRUNK_SID, *_PAGING),
            "post": _operation(
                "201",
                _NUMBER,
                _TRUNK_SID,
                form=_form({"PhoneNumberSid": _sid("PN")}, "PhoneNumberSid"),
            ),
        },
        "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json": {
            "get": _operation(
                "200",
                _page("incoming_phone_numbers", _NUMBER),
                ("AccountSid", "path", _sid("AC")),
                ("Beta", "query", _YES_NO),
                ("FriendlyName", "query", {"type": "string"}),
                ("PhoneNumber", "query", {"type": "string"}),
                ("Origin", "query", {"type": "string"}),
                *_PAGING,
            ),
        },
    }
}


@cache
def documents() -> list[Schema]:
    """The OpenAPI documents that requests and answers are held against."""
    folder = os.environ.get("TWILIO_OPENAPI")
    if not folder:
        return [_OWN]
    return [json.loads((Path(folder) / name).read_text("utf-8")) for name in DOCUMENTS]
