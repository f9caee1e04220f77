"""Languages: a screen speaks its owner's, a sentence for one user alone that user's."""

from __future__ import annotations

import pytest
from discord import Locale

from flowcord import (
    Access,
    Behavior,
    EndReason,
    Flow,
    GuardFailed,
    Look,
    MenuContext,
    Reserved,
    Screen,
    Texts,
    button,
)
from tests.bed import ANN, BOB, opened
from tests.session.menus import M

TEXTS = Texts(
    cancel="Leave",
    locales={
        "de": Texts(cancel="Verlassen", refused="Nicht deins.", closed="*Zu.*", guard="Geht nicht."),
        "fr": Texts(
            refused="Pas à toi.", expired_unnamed="C'est fini.", open_again="Encore", stale="Trop tard."
        ),
    },
)


class Open(M):
    cancellable = True
    behavior = Behavior(access=Access.everyone())

    @button("Refuse")
    async def refuse(self, ctx: MenuContext) -> None:
        raise GuardFailed(ctx.texts.guard)


@pytest.mark.case("S138")
async def test_a_screen_speaks_its_owners_language_whoever_clicks() -> None:
    async with opened(Open, texts=TEXTS) as bed:
        bed.locales = {ANN: "de", BOB: "fr"}
        session = await bed.open(Open)
        await bed.click(session, "+1", user=BOB)
        assert "Verlassen" in bed.shown(session).labels
        message = session.stage.message_id or 0
        await bed.click(session, "Verlassen", user=BOB)
        assert session.end is not None
        assert session.end.reason is EndReason.CANCELLED
        assert bed.wire.shown(message)["content"] == "*Zu.*"


@pytest.mark.case("S138")
async def test_a_sentence_for_one_user_speaks_that_users_language() -> None:
    async with opened(M, Open, texts=TEXTS) as bed:
        bed.locales = {ANN: "de", BOB: "fr"}
        await bed.click(await bed.open(M), "+1", user=BOB)
        assert bed.wire.whispers == ["Pas à toi."]
        session = await bed.open(Open)
        await bed.click(session, "Refuse")
        assert bed.wire.whispers[1:] == ["Geht nicht."]
        late = bed.shown(session).id_of("+1")
        other = await bed.open(M)
        bed.press_id(late, other.stage.message_id or 0, BOB)
        await bed.settle()
        assert bed.wire.whispers[2:] == ["Trop tard."]


@pytest.mark.case("S138")
async def test_an_expired_menu_is_answered_in_the_readers_language_and_its_flows_words() -> None:
    class Shop(Flow):
        menus = (M,)
        texts = Texts(open_again="Enter again")

    async with opened(Shop, texts=TEXTS) as bed:
        bed.locales = {ANN: "fr"}
        session = await bed.open(Shop)
        late, message = bed.shown(session).id_of("+1"), session.stage.message_id or 0
        await session.close()
        bed.press_id(late, message)
        await bed.settle()
        assert bed.wire.whispers == ["C'est fini."]
        (answer,) = [each for each in bed.wire.messages.values() if each and each["content"] == "C'est fini."]
        assert answer["components"][0]["components"][0]["label"] == "Enter again"


async def test_a_menus_own_words_and_looks_win_over_the_apps() -> None:
    class Polite(Open):
        texts = Texts(cancel="Goodbye")
        reserved = Reserved(cancel=Look(emoji="👋"))

        def render(self) -> Screen:
            return Screen("polite")

    async with opened(Polite, texts=TEXTS, reserved=Reserved(cancel=Look(emoji="❌"))) as bed:
        bed.locales = {ANN: "de"}
        session = await bed.open(Polite)
        assert bed.shown(session).buttons["Goodbye"]["emoji"]["name"] == "👋"
        assert session.texts().cancel == session.texts(Locale.french).cancel == "Goodbye"
