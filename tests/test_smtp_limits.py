"""SMTP: limits that the config sets, and servers that are odd, slow, hostile or half there."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsletter import pipeline
from newsletter.config import Config, Smtp
from newsletter.model import DeliveryState
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.letters import Delivered
from tests.builders import letter
from tests.fakes.smtpd import Smtpd, Taken, serving
from tests.mailroom import KEY, Hands, approve, reader, rows

S = DeliveryState


@contextmanager
def _room(config: Config, port: int, **more: Any) -> Iterator[Newsroom]:
    values: dict[str, Any] = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout": 1.0}
    deliver = replace(config.deliver, transport="smtp", smtp=Smtp(**(values | more)), retry=(0, 0), batch=16)
    with open_newsroom(replace(config, deliver=deliver)) as room:
        yield room


def _deliver(room: Newsroom) -> Delivered:
    return asyncio.run(pipeline.deliver(room, KEY, clock=Hands(step=timedelta(milliseconds=1))))


@contextmanager
def _counting(pause: float) -> Iterator[tuple[Counter[str], int]]:
    """A server of a thread for each connection, so that letters overlap; gives the most under way, by domain."""
    most: Counter[str] = Counter()
    now: Counter[str] = Counter()
    lock = threading.Lock()

    def talk(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as file:
            converse(file)

    def converse(file: Any) -> None:
        def say(text: str) -> None:
            file.write(f"{text}\r\n".encode())
            file.flush()

        say("220 busy.example")
        domain = ""
        while line := file.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                domain = line.decode().partition("@")[2].partition(">")[0]
                with lock:
                    now[domain] += 1
                    most[domain] = max(most[domain], now[domain])
            if verb == b"DATA":
                say("354 go")
                while file.readline() not in (b".\r\n", b""):
                    pass
                time.sleep(pause)
                with lock:
                    now[domain] -= 1
            say("250 ok")

    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection = listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield most, listening.getsockname()[1]
    finally:
        listening.close()


@pytest.mark.parametrize(("limit", "expected"), [(0, 6), (2, 2), (1, 1)])
def test_no_domain_gets_more_letters_at_once_than_the_config_allows(config: Config, limit: int, expected: int) -> None:
    people = [reader(number, email=f"r{number}@one.example") for number in range(12)]
    people += [reader(number, email=f"r{number}@two.example") for number in range(12, 15)]
    with _counting(0.05) as (most, port), _room(config, port, per_domain=limit, connections=6) as room:
        approve(room, people)
        assert _deliver(room).states == {S.ACCEPTED: 15}
        assert most["one.example"] == expected if limit else most["one.example"] >= 4
        assert most["two.example"] >= 1


def test_a_domain_that_has_its_share_does_not_hold_up_the_others(config: Config) -> None:
    slow = [reader(number, email=f"r{number}@one.example") for number in range(8)]
    quick = [reader(number, email=f"r{number}@d{number}.example") for number in range(8, 40)]
    with _counting(0.1) as (_, port), _room(config, port, per_domain=1, connections=8) as room:
        approve(room, [*slow, *quick])
        start = time.monotonic()
        assert _deliver(room).states == {S.ACCEPTED: 40}
        assert time.monotonic() - start < 2.5  # one after the other it would be four seconds


def test_a_connection_carries_so_many_letters_and_is_then_closed_politely(config: Config) -> None:
    with serving(Smtpd()) as server, _room(config, server.port, per_connection=5, connections=1) as room:
        approve(room, 20)
        assert _deliver(room).states == {S.ACCEPTED: 20}
        assert server.connections == 4
        assert server.commands.count("QUIT") == 4


def test_a_stop_ends_a_wait_for_a_busy_domain(config: Config) -> None:
    people = [reader(number, email=f"r{number}@one.example") for number in range(30)]
    with _counting(0.2) as (_, port), _room(config, port, per_domain=1, connections=4) as room:
        approve(room, people)

        async def stopped() -> Delivered:
            stop = asyncio.Event()
            going = asyncio.create_task(pipeline.deliver(room, KEY, clock=Hands(), stop=stop))
            await asyncio.sleep(0.5)
            stop.set()
            return await asyncio.wait_for(going, 3)

        states = asyncio.run(stopped()).states
        assert set(states) == {S.PLANNED, S.ACCEPTED}
        assert sum(states.values()) == 30


# -- odd servers


@pytest.mark.slow
@pytest.mark.parametrize("greeting", ["421 4.3.2 too busy", "HTTP/1.1 400 Bad Request"])
def test_a_server_that_does_not_greet_pauses_the_issue_in_its_own_words(config: Config, greeting: str) -> None:
    with serving(Smtpd(greeting=greeting)) as server, _room(config, server.port) as room:
        approve(room, 3)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 3}
        assert f"127.0.0.1:{server.port} cannot be used: " in str(found.paused)
        assert ("4.3.2 too busy" if "421" in greeting else "does not speak SMTP") in str(found.paused)


def test_a_host_without_an_address_pauses_the_issue(config: Config) -> None:
    with _room(config, 25, host="mail.invalid") as room:
        approve(room, 2)
        found = _deliver(room)
        assert found.states == {S.PLANNED: 2}
        assert str(found.paused).startswith("mail.invalid:25 cannot be used: ")
        assert "[deliver.smtp] host" in str(found.paused)


def test_a_letter_that_the_server_finds_too_large_is_refused_by_the_reader_and_then_pauses(config: Config) -> None:
    """552 to one letter is 552 to all: the streak stops it before the list is burnt."""
    faults = {reader(number).email: ("dot", "552 5.3.4 message too big") for number in range(40)}
    with serving(Smtpd(faults=faults)) as server, _room(config, server.port, connections=1) as room:
        approve(room, 40)
        found = _deliver(room)
        assert found.states[S.REJECTED] <= 32
        assert found.states[S.PLANNED] >= 8
        assert "letters in a row failed alike: 552 5.3.4 message too big" in str(found.paused)


def test_chinese_goes_through_a_server_without_8bitmime_in_seven_bits(config: Config) -> None:
    with serving(Smtpd(extensions=())) as server, _room(config, server.port) as room:
        approve(room, [reader(0, name="李雷")], body=letter(subject="英伟达投资 20 亿美元", text="正文\n" * 400))
        assert _deliver(room).states == {S.ACCEPTED: 1}
        (taken,) = server.taken
        assert taken.data.isascii()
        assert max(map(len, taken.data.split(b"\r\n"))) <= 998


def test_an_address_beyond_ascii_is_refused_unless_its_domain_alone_is(config: Config) -> None:
    people = [reader(0, email="用户@mail.example"), reader(1, email="a@bücher.example"), reader(2)]
    with serving(Smtpd()) as server, _room(config, server.port) as room:
        approve(room, people)
        assert _deliver(room).states == {S.ACCEPTED: 2, S.REJECTED: 1}
        assert server.recipients() == ["a@xn--bcher-kva.example", reader(2).email]
        assert "before its @" in rows(room)["用户@mail.example"].error


def test_a_very_long_local_part_is_refused_and_harms_nobody(config: Config) -> None:
    with serving(Smtpd()) as server, _room(config, server.port) as room:
        approve(room, [reader(0, email=f"{'x' * 300}@mail.example"), reader(1)])
        states = _deliver(room).states
        assert (states.get(S.REJECTED), states.get(S.ACCEPTED)) == (1, 1)
        assert server.recipients() == [reader(1).email]


@pytest.mark.slow
def test_a_server_that_drips_its_answer_is_not_waited_for_longer_than_the_time_limit(config: Config) -> None:
    with _dripping() as port, _room(config, port) as room:
        approve(room, 1)
        start = time.monotonic()
        found = _deliver(room)
        assert "no answer in time" in str(found.paused)
        assert time.monotonic() - start < 10


@contextmanager
def _dripping() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not ended.wait(0.1):
                connection.sendall(b"2")

    def accept() -> None:
        while not ended.is_set():
            try:
                connection = listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended.set()
        listening.close()


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_letters_go_over_ipv6_and_our_name_is_a_literal_of_it(config: Config) -> None:
    server = Smtpd()
    with serving(server, host="::1"), _room(config, server.port, host="::1") as room:
        approve(room, 2)
        assert _deliver(room).states == {S.ACCEPTED: 2}
    assert "EHLO [IPv6:::1]" in server.commands
    assert all(isinstance(one, Taken) for one in server.taken)


@pytest.mark.slow
def test_a_server_that_closes_in_the_middle_of_the_letter_never_took_it(config: Config) -> None:
    """Before the dot has left us it is sure: another try is no second letter; who always does it is told as such."""
    with _closing() as (port, seen), _room(config, port, connections=1, timeout=5.0) as room:
        approve(room, 1, body=letter(text=f"{'x' * 70}\n" * 150_000))
        assert _deliver(room).states == {S.FAILED: 1}
        assert rows(room)[reader(0).email].error == f"127.0.0.1:{port} breaks off in the middle of the letter"
        assert len(seen) == 2 * 3


def test_a_short_letter_whose_dot_had_left_when_the_server_closed_is_unknown_and_never_repeated(config: Config) -> None:
    """All of it was in the hands of the system: nobody can tell how much the server read."""
    with _closing() as (port, seen), _room(config, port, connections=1) as room:
        approve(room, 2)
        assert _deliver(room).states == {S.UNCERTAIN: 2}
        assert _deliver(room).states == {S.UNCERTAIN: 2}
        assert len(seen) == 2


@contextmanager
def _closing() -> Iterator[tuple[int, list[int]]]:
    """Answers until DATA, reads a little of the letter and is gone."""
    listening = socket.create_server(("127.0.0.1", 0))
    seen: list[int] = []

    def talk(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as file:
            file.write(b"220 closing.example\r\n")
            file.flush()
            while line := file.readline():
                is_data = line.upper().startswith(b"DATA")
                file.write(b"354 go\r\n" if is_data else b"250 ok\r\n")
                file.flush()
                if is_data:
                    seen.append(len(file.read(500)))
                    return

    def accept() -> None:
        while True:
            try:
                connection = listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1], seen
    finally:
        listening.close()
