"""Delivers messages to webhooks, signed as the specification "Standard Webhooks" says.

Source: https://www.standardwebhooks.com, version 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
import time

from pipeline.service.background import Background
from pipeline.service.outbound import Reach, Refused, host_of, post
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database
from pipeline.service.store.webhooks import Due, note_outcome, take_due

logger = logging.getLogger(__name__)

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_LOOK_SECONDS = 1.0
_ATTEMPT_SECONDS = 15.0


def new_secret() -> str:
    """A secret with which messages are signed."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The value of the header ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_webhook(url: str, settings: ServiceSettings) -> None:
    """Check that a webhook may have this address.

    Raises:
        Refused: its host is not an allowed one.
    """
    if host_of(url) not in settings.webhook_hosts:
        raise Refused("the host is not one that webhooks may have")


class Deliveries:
    """Delivers messages."""

    def __init__(self, database: Database, settings: ServiceSettings) -> None:
        self._database = database
        self._settings = settings
        self._reach = Reach(settings.private_networks, _ATTEMPT_SECONDS)

    def background(self) -> Background:
        """The thread that delivers them, one after another."""

        def deliver() -> float:
            return 0.0 if self.deliver_next() else _LOOK_SECONDS

        return Background("delivering webhooks", deliver, _LOOK_SECONDS)

    def deliver_next(self) -> bool:
        """Send the next message that is due; returns whether there was one."""
        with self._database.writing() as session:
            due = take_due(session)
        if due is None:
            return False
        delivered, outcome = self._send(due)
        if not delivered:
            logger.warning("webhook message %s: attempt %d: %s", due.id, due.attempts, outcome)
        with self._database.writing() as session:
            note_outcome(session, due.id, outcome, delivered)
        return True

    def _send(self, due: Due) -> tuple[bool, str]:
        timestamp = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": due.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(due.secret, due.id, timestamp, due.body),
        }
        try:
            check_webhook(due.url, self._settings)  # the setting may have changed
            status = post(due.url, due.body.encode(), headers, self._reach)
        except Refused as error:
            return False, str(error)
        return 200 <= status < 300, f"status {status}"
