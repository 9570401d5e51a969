"""One id follows a request; a client's own is taken only where it can do no harm."""

import logging
import uuid

import pytest

from streaming import request_id


def test_an_answer_names_its_request(client, db):
    answers = [client.get("/genres/") for _ in range(2)]
    ids = [uuid.UUID(answer[request_id.HEADER]) for answer in answers]
    assert ids[0] != ids[1] and ids[0].version == 7


def test_a_proxys_id_is_kept(client, db):
    assert client.get("/genres/", headers={request_id.HEADER: "edge-0123.4567"})[request_id.HEADER] == "edge-0123.4567"


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words here", "line\tfeed-0000", "é" * 10, '"quoted-00"'])
def test_what_could_write_into_the_log_is_replaced(client, db, given):
    uuid.UUID(client.get("/genres/", headers={request_id.HEADER: given})[request_id.HEADER])


def test_log_lines_carry_it():
    record = logging.makeLogRecord({"msg": "hello"})
    with request_id.working_on("edge-0123"):
        assert request_id.RequestIdFilter().filter(record)
    assert record.request_id == "edge-0123"
    assert request_id.current() == ""
