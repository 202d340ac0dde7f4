"""What callers say in danger, and what only sounds like it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from receptionist.danger import Danger, danger_in
from transfer_call.voice.phrases import LANGUAGES

DANGER = {
    "en": [
        "Fire!",
        "fire fire fire",
        "Oh my God, fire, please help!",
        "There's a fire in my kitchen.",
        "my house is on fire",
        "The building is burning, what do I do",
        "The room is full of smoke.",
        "I smell gas in the hallway",
        "I can't breathe",
        "I cant breathe please",
        "he cannot breathe",
        "My mother is not breathing!",
        "she stopped breathing",
        "I have chest pain and my arm is numb",
        "I think my husband is having a heart attack",
        "he's having a stroke",
        "My son is unconscious",
        "she passed out and won't wake up",
        "he's bleeding out",
        "It won't stop bleeding",
        "my baby is choking",
        "She took an overdose",
        "somebody has been shot",
        "he has a knife",
        "I want to kill myself",
        "I don't want to live any more",
        "I need an ambulance",
        "please call 911",
        "Yes hello, um, my neighbour collapsed, what now?",
        "No, there's a fire!",
        "oh no there's a fire in the hall",
        "no no no he's choking",
    ],
    "es": [
        "¡Fuego!",
        "Hay un incendio en la cocina",
        "mi casa se está quemando",
        "huele a gas",
        "No puedo respirar",
        "mi padre no respira",
        "le duele el pecho mucho",
        "creo que tiene un infarto",
        "mi hija está inconsciente",
        "no para de sangrar",
        "quiero matarme",
        "necesito una ambulancia",
        "Socorro, por favor",
        "tiene un cuchillo",
    ],
    "fr": [
        "Au feu !",
        "Il y a le feu dans la cuisine",
        "la maison est en feu",
        "ça sent le gaz",
        "Je ne peux pas respirer",
        "je n'arrive plus à respirer",
        "il ne respire plus",
        "mon mari fait une crise cardiaque",
        "elle a perdu connaissance",
        "il saigne beaucoup",
        "je veux mourir",
        "j'ai besoin d'une ambulance vite une ambulance",
        "Au secours !",
        "il a un couteau",
    ],
    "de": [
        "Feuer!",
        "Es brennt!",
        "hier brennt es, die Küche brennt",
        "Es riecht nach Gas im Flur",
        "Ich bekomme keine Luft",
        "mein Vater atmet nicht",
        "ich habe starke Schmerzen in der Brust",
        "Ich glaube, er hat einen Herzinfarkt",
        "meine Tochter ist bewusstlos",
        "er blutet stark",
        "Ich will sterben",
        "Ich brauche einen Krankenwagen",
        "er hat ein Messer",
        "Rufen Sie die Feuerwehr!",
    ],
}
HARMLESS = {
    "en": [
        "I want to fire the contractor",
        "You should fire him",
        "I was fired last week",
        "fire department billing, please",
        "I'm calling from the fire department",
        "I have a question about fire insurance",
        "There's a fire drill tomorrow",
        "We have a fire alarm inspection at noon",
        "there's a fire extinguisher that needs service",
        "I need a fire door",
        "our fireplace",
        "a fire sale",
        "The team is on fire today",
        "There is no fire",
        "it's not a heart attack",
        "I had a heart attack two years ago",
        "my father had a stroke last year and needs a check",
        "I'd like an appointment for my chest pain",
        "a stroke of luck",
        "I'm drowning in paperwork",
        "I'm dying to know",
        "My phone battery is dying",
        "It takes my breath away",
        "I can't breathe a word of this",
        "first aid course about choking",
        "is that a choking hazard",
        "cancel the ambulance invoice",
        "help",
        "I need help with my bill",
        "it is an emergency dental appointment",
        "If there's a fire, whom do I call?",
        "I want to talk to sales",
        "my boss is going to kill me if I am late",
        "",
        "...",
    ],
    "es": [
        "Quiero despedir al contratista",
        "el seguro de incendio",
        "la factura de la ambulancia",
        "no hay fuego",
        "tuve un infarto hace años",
        "un curso de primeros auxilios",
        "me muero de ganas de verlo",
        "hay un simulacro de incendio",
        "necesito ayuda con mi factura",
        "con ventas por favor",
    ],
    "fr": [
        "Je voudrais parler au service des ventes",
        "tournez au feu rouge",
        "il n'y a pas le feu",
        "l'assurance incendie",
        "j'ai eu un infarctus l'année dernière",
        "un exercice incendie",
        "une alarme incendie",
        "la facture d'une ambulance",
        "c'est à mourir de rire",
        "j'ai besoin d'aide pour ma facture",
    ],
    "de": [
        "Ich möchte mit dem Vertrieb sprechen",
        "die Brandmelder müssen geprüft werden",
        "ich rufe von der Feuerwehr an",
        "die Rechnung der Feuerwehr",
        "es brennt nicht",
        "ich hatte vor einem Jahr einen Herzinfarkt",
        "eine Brandschutzübung",
        "Brandenburg",
        "Ich brauche Hilfe bei meiner Rechnung",
        "mein Reifen hat keine Luft",
        "die Marke Brand",
    ],
}


DENIED = {"en": "heart attack", "es": "un infarto", "fr": "un infarctus", "de": "Herzinfarkt"}


def cases(table: dict[str, list[str]]) -> Any:
    return [(language, said) for language, each in table.items() for said in each]


@pytest.mark.parametrize(("language", "said"), cases(DANGER))
def test_a_danger_is_heard(language: str, said: str) -> None:
    assert danger_in(said, [language]) is Danger.CERTAIN


@pytest.mark.parametrize(("language", "said"), cases(HARMLESS))
def test_what_only_sounds_like_it_is_none(language: str, said: str) -> None:
    assert danger_in(said, [language]) is Danger.NONE


@pytest.mark.parametrize(
    ("so_far", "danger"),
    [
        ("Fire", Danger.PERHAPS),
        ("Fire the", Danger.NONE),
        ("there's a fire", Danger.PERHAPS),
        ("there's a fire in", Danger.CERTAIN),
        ("there's a fire drill", Danger.NONE),
        ("I can't breathe", Danger.PERHAPS),
        ("I can't breathe I", Danger.CERTAIN),
        ("I can't breathe. ", Danger.PERHAPS),
        ("my son is unconscious", Danger.CERTAIN),
        ("there's a fire, we", Danger.CERTAIN),
        ("call 911", Danger.CERTAIN),
    ],
)
def test_words_that_may_still_turn_are_waited_for(so_far: str, danger: Danger) -> None:
    assert danger_in(so_far, ["en"], final=False) is danger


def test_every_language_that_a_caller_may_be_speaking_is_looked_at() -> None:
    assert danger_in("No puedo respirar", ["en"]) is Danger.NONE
    assert danger_in("No puedo respirar", ["en-US", "es-MX"]) is Danger.CERTAIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_of_the_data_does_what_its_list_says(language: str) -> None:
    path = files("receptionist.danger").joinpath(f"{language}.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    for phrase in [*data["anywhere"], *data["alone"]]:
        assert danger_in(phrase, [language]) is Danger.CERTAIN, phrase
    for phrase in [*data["fillers"], *data["harmless"], *data["distant"]]:
        assert danger_in(phrase, [language]) is Danger.NONE, phrase
    for denial in data["denials"]:
        assert danger_in(f"{denial} {DENIED[language]}", [language]) is Danger.NONE, denial
    for phrase in data["distant"]:
        assert danger_in(f"{data['anywhere'][0]} {phrase}", [language]) is Danger.NONE, phrase
