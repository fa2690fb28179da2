"""Puts identity's tools together from a process's resources: the one place that knows which adapter stands behind a port."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from services.common.kit import outside
from services.common.kit.calls import new_id
from services.common.kit.outside import Outside, Partner
from services.common.kit.settings import PartnerSettings
from services.common.values import IdNumber, PersonId
from services.identity.adapters.authority import EmbeddedAuthority, HttpAuthority
from services.identity.adapters.bank_cards import UNAVAILABLE, EmbeddedBankCards, HttpBankCards, NoBankCards
from services.identity.adapters.boxes import X25519Boxes
from services.identity.adapters.neighbours import AskedNeighbours
from services.identity.adapters.passwords import Argon2Passwords, OffLoop
from services.identity.adapters.repository import reads_of, works_of
from services.identity.adapters.tables import METADATA
from services.identity.adapters.tc3 import Credentials
from services.identity.adapters.tencent_faceid import UNAVAILABLE as PROVIDER_UNAVAILABLE
from services.identity.adapters.tencent_faceid import TencentAccount, TencentFaceId
from services.identity.adapters.tokens import SignedTokens
from services.identity.adapters.vault import Vault
from services.identity.adapters.wechat import WechatHttp, WechatOff
from services.identity.application.face_ports import FaceProvider
from services.identity.application.means import Means
from services.identity.application.ports import Authority, BankCards, Reads, WechatCodes
from services.identity.config import IdentityConfig, TencentConfig, WechatConfig


def means_of(resources: Any, off_loop: OffLoop) -> Means:
    """Build from the runner's resources. Raises SettingMissing."""
    config = IdentityConfig.read(resources.settings)
    vault = Vault(resources.cipher_over(METADATA), config.index_key)

    def person_id_of(number: IdNumber) -> PersonId:
        return PersonId.of(number, config.person_key)

    return Means(
        works=works_of(resources.database, vault),
        read=reads_of(resources.database, vault),
        now=lambda: dt.datetime.now(dt.UTC),
        new_id=new_id,
        randbelow=secrets.randbelow,
        person_id_of=person_id_of,
        tokens=SignedTokens(config.access_key, config.proof_key, vault),
        passwords=Argon2Passwords(off_loop),
        sealing=X25519Boxes(),
        wechat=wechat_of(config.wechat),
        authority=authority_of(config.authority),
        bank_cards=_bank_cards(config, reads_of(resources.database, vault), person_id_of),
        commitments=AskedNeighbours(resources.client),
        rules=config.rules,
        face_provider=face_provider_of(config.tencent),
    )


def face_provider_of(config: TencentConfig | None) -> FaceProvider | None:
    """Return the outside provider, None where the embedded engine compares."""
    if config is None:
        return None
    credentials = Credentials(config.secret_id, config.secret_key)
    account = TencentAccount(credentials, config.rule_id, config.region, config.return_url)
    return TencentFaceId(outside.Outside(config.url, PROVIDER_UNAVAILABLE), account)


def wechat_of(config: WechatConfig | None) -> WechatCodes:
    """Return the way to WeChat, or what says that there is none."""
    if config is None:
        return WechatOff()
    return WechatHttp(Outside(config.url, "identity.wechat_unavailable"), config.app_id, config.secret)


def authority_of(config: PartnerSettings | None) -> Authority:
    """Return the authority on names and numbers."""
    if config is None:
        return EmbeddedAuthority()
    return HttpAuthority(Partner.of(config, "identity.authority_unavailable"))


def _bank_cards(config: IdentityConfig, read: Reads, person_id_of: Callable[[IdNumber], PersonId]) -> BankCards:
    """Return who is asked about bank cards; in production never the table of made-up ones."""
    if config.bank is not None:
        return HttpBankCards(Partner.of(config.bank, UNAVAILABLE))
    return EmbeddedBankCards(read, person_id_of) if config.embedded_cards else NoBankCards()
