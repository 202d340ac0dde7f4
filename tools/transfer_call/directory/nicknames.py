"""Given names that stand for one another, in folded form (`names.fold`)."""

from __future__ import annotations

from collections import defaultdict

_GROUPS = """
abigail abby gail
albert al bert bertie
alexander alexandra alex sandy sasha xander sandra
andrew andreas andy drew
angela angie
anthony antonio tony toni
barbara barb babs
benjamin ben benny
bradley brad
catherine katherine kathryn katharine katarina cathy kathy kate katie kathleen kat
charles charlie chuck carlos
christina christine tina chris chrissy
christopher christian chris topher
cynthia cindy
daniel danny dan danielle
david dave davey
deborah debra debbie deb
dominic dom
donald don donny
dorothy dot dottie
douglas doug
edward edwin ed eddie ned ted teddy eduard eduardo
elizabeth elisabeth liz lizzie beth betty betsy eliza lisa libby
eugene gene
florian flo
francesca frances fran
francis francisco frank frankie paco pancho
frederick friedrich fred freddy fritz
gabriel gabriela gabe gabby
gerald gerard gerry jerry
geoffrey jeffrey geoff jeff
gregory greg
harold harry hal
henry harry hank heinrich
ignacio nacho
isabel isabelle isabella bella
jacob jake jakob
jacqueline jackie
james jim jimmy jamie
jennifer jen jenny
jessica jess jessie
johannes hannes johann hans
john jon jack johnny
jonathan jon jonny
jose pepe
joseph joe joey josef
joshua josh
judith judy
kenneth ken kenny
kimberly kim
lawrence laurence larry
leonard leo len lenny
louis luis lou louie ludwig
manuel manuela manolo manny
margaret maggie meg peggy marge margie greta
martin marty
matthew matt matthias mathias
maximilian max
michael mike mick mickey micah michel miguel
michelle shelly
nathaniel nathan nate
nicholas nicolas nick nicky niklas nico
pamela pam
patricia pat patty trish tricia
patrick pat paddy
peter pete pierre pedro
philip phil
raymond ray
rebecca becky becca
richard rick ricky dick rich
robert bob bobby rob robbie bert
ronald ron ronny
samuel samantha sam sammy
sean shaun shawn
sebastian seb bastian
stephen steven stephan stefan steve
stephanie steph stefanie
susan suzanne sue susie suzy
theodore theo ted teddy
theresa teresa terry tess
thomas tom tommy
timothy tim timmy
ursula uschi
valerie val
veronica ronnie
victor victoria vic vicky
vincent vince vinny
walter walt wally
wilhelm willi willy
william bill billy will willie liam guillaume guillermo
wolfgang wolf
zachary zach zack zac
"""


def _stand_ins() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in _GROUPS.split("\n"):
        group = line.split()
        for name in group:
            found[name].update(other for other in group if other != name)
    return {name: frozenset(others) for name, others in found.items()}


NICKNAMES = _stand_ins()
"""For each name the others it may stand for."""
