"""The JSON of requests and answers, shared by the service and its client."""

from pipeline.service.schemas.base import Health, Problem
from pipeline.service.schemas.claims import Claim, ClaimPage, Claims, DeletedClaims, EnteredClaims
from pipeline.service.schemas.findings import Finding, Findings, FoundOn, LookAt, Verdict
from pipeline.service.schemas.model import Model, WantedModel
from pipeline.service.schemas.records import (
    Change,
    Changes,
    Job,
    JobFile,
    ReceiptPage,
    StoredReceipt,
)
from pipeline.service.schemas.webhooks import (
    CreatedWebhook,
    Deliveries,
    Delivery,
    NewWebhook,
    Webhook,
    Webhooks,
)

__all__ = [
    "Change",
    "Changes",
    "Claim",
    "ClaimPage",
    "Claims",
    "CreatedWebhook",
    "DeletedClaims",
    "Deliveries",
    "Delivery",
    "EnteredClaims",
    "Finding",
    "Findings",
    "FoundOn",
    "Health",
    "Job",
    "JobFile",
    "LookAt",
    "Model",
    "NewWebhook",
    "Problem",
    "ReceiptPage",
    "StoredReceipt",
    "Verdict",
    "WantedModel",
    "Webhook",
    "Webhooks",
]
