"""The face engine as a process: real detection and comparison on synthetic people, and every picture it must refuse."""

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from services.identity.adapters.face_engine.answers import card_metrics, frame_metrics
from services.identity.domain.face_challenge import AcceptedStep, Action, Challenge, FrameMetrics
from services.identity.domain.face_policy import FacePolicy, judge_card, judge_check, judge_step
from services.identity.domain.face_verdict import Decision, FaceVerdict, Reason, RiskSignal, StepOutcome
from tests.adapters.identity.conftest import Person, make_faces
from tests.adapters.identity.face_engine_process import EngineProcess

pytestmark = pytest.mark.timeout(120)

POLICY = FacePolicy()
START = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)
ALL_ACTIONS = [action for action in Action if action is not Action.NEUTRAL]


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def jpeg(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=90, **options)
    return stream.getvalue()


def measure(engine: EngineProcess, frames: dict[str, bytes], *actions: Action) -> dict[Action, FrameMetrics]:
    """Measures of the neutral frame and of the actions against it."""
    neutral = engine.result("frame", image=frames["neutral"], action="neutral")
    measured = {Action.NEUTRAL: frame_metrics(neutral)}
    for action in actions:
        answer = engine.result(
            "frame", image=frames[action], action=action, neutral_template=neutral["template"], neutral_metrics=neutral
        )
        measured[action] = frame_metrics(answer)
    return measured


def whole_check(engine: EngineProcess, card: bytes, frames: dict[str, bytes], *actions: Action) -> FaceVerdict:
    """Card, neutral frame and actions from the first byte to the verdict; every step must count."""
    reference = engine.result("card_template", image=card)
    assert judge_card(POLICY, card_metrics(reference)) == ()
    measured = measure(engine, frames, *actions)
    challenge, steps = Challenge(actions, START), []
    for number, action in enumerate(challenge.steps, start=1):
        arrived_at = START + timedelta(seconds=3 * number)
        verdict = judge_step(POLICY, challenge, steps, measured[action], arrived_at)
        assert verdict.outcome is StepOutcome.ACCEPTED, verdict
        steps.append(AcceptedStep(action, measured[action], arrived_at))
    neutral = engine.result("frame", image=frames["neutral"], action="neutral")
    compared = engine.result("compare", template_a=reference["template"], template_b=neutral["template"])
    return judge_check(POLICY, challenge, steps, float(str(compared["distance"])))


class TestWholeCheck:
    @pytest.mark.parametrize("extra", [Action.BLINK, Action.OPEN_MOUTH])
    def test_the_person_on_the_card_passes(
        self, face_engine: EngineProcess, people: list[Person], extra: Action
    ) -> None:
        verdict = whole_check(
            face_engine, people[0].card, people[0].takes[0], Action.TURN_RIGHT, extra, Action.TURN_LEFT
        )

        assert (verdict.decision, verdict.signals) == (Decision.PASS, ())
        assert verdict.score >= 80

    def test_another_person_with_the_same_card_is_rejected(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        verdict = whole_check(face_engine, people[1].card, people[0].takes[0], Action.TURN_LEFT, Action.TURN_RIGHT)

        assert (verdict.decision, verdict.reasons) == (Decision.REJECT, (Reason.NOT_THE_CARD_HOLDER,))

    def test_a_person_who_steps_in_for_a_turn_is_noticed(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        mixed = {**people[0].takes[0], "turn_left": people[1].takes[0]["turn_left"]}

        measured = measure(face_engine, mixed, Action.TURN_LEFT)

        distance = measured[Action.TURN_LEFT].distance_to_neutral
        assert distance is not None
        assert distance > POLICY.same_session_distance


class TestActions:
    @pytest.mark.parametrize("asked", ALL_ACTIONS)
    def test_of_all_frames_only_the_asked_action_counts(
        self, face_engine: EngineProcess, people: list[Person], asked: Action
    ) -> None:
        measured = measure(face_engine, people[1].takes[0], *ALL_ACTIONS)
        turns = [turn for turn in (Action.TURN_LEFT, Action.TURN_RIGHT) if turn is not asked]
        challenge = Challenge((asked, *turns), START)
        neutral = (AcceptedStep(Action.NEUTRAL, measured[Action.NEUTRAL], START + timedelta(seconds=2)),)

        outcomes = {
            shown: judge_step(POLICY, challenge, neutral, measured[shown], START + timedelta(seconds=4)).outcome
            for shown in ALL_ACTIONS
        }

        assert {shown for shown, outcome in outcomes.items() if outcome is StepOutcome.ACCEPTED} == {asked}

    def test_a_mirrored_turn_is_the_opposite_turn(self, face_engine: EngineProcess, people: list[Person]) -> None:
        frames = people[0].takes[0]
        mirrored = jpeg(picture(frames["turn_left"]).transpose(Image.Transpose.FLIP_LEFT_RIGHT))

        assert face_engine.result("frame", image=frames["turn_left"], action="turn_left")["yaw"] > 0.25  # type: ignore[operator]
        assert face_engine.result("frame", image=mirrored, action="turn_left")["yaw"] < -0.25  # type: ignore[operator]

    def test_a_tilted_photograph_does_not_turn_and_looks_flat(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        flat = picture(people[0].takes[0]["neutral"])
        width, height = flat.size
        corners = (0, 0, 0, height, width, height * 0.88, width, height * 0.12)
        tilted = flat.transform(flat.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)

        measured = measure(face_engine, {**people[0].takes[0], "turn_left": jpeg(tilted)}, Action.TURN_LEFT)

        neutral, turned = measured[Action.NEUTRAL], measured[Action.TURN_LEFT]
        assert abs(turned.yaw - neutral.yaw) < POLICY.min_turn_yaw
        assert turned.flat_residual is not None
        assert turned.flat_residual < POLICY.flat_turn_residual


class TestReplay:
    @pytest.mark.parametrize("change", ["recompressed", "smaller", "darker"])
    def test_a_frame_sent_again_is_known_again(
        self, face_engine: EngineProcess, people: list[Person], change: str
    ) -> None:
        original = picture(people[0].takes[0]["neutral"])
        changed = {
            "recompressed": jpeg(original, optimize=True),
            "smaller": jpeg(original.resize((int(original.width * 0.8), int(original.height * 0.8)))),
            "darker": jpeg(ImageEnhance.Brightness(original).enhance(0.85)),
        }[change]

        first, again = (
            frame_metrics(face_engine.result("frame", image=data, action="neutral")).fingerprint
            for data in (people[0].takes[0]["neutral"], changed)
        )

        assert first.sha256 != again.sha256
        assert first.same_picture(again, POLICY.replay_frame_bits, POLICY.replay_face_bits)

    def test_another_take_of_the_same_person_is_no_replay(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        first, second = (measure(face_engine, take, *ALL_ACTIONS) for take in people[0].takes)

        assert not any(
            one.fingerprint.same_picture(other.fingerprint, POLICY.replay_frame_bits, POLICY.replay_face_bits)
            for one in first.values()
            for other in second.values()
        )


class TestQuality:
    def test_a_screen_grid_is_a_risk_signal(self, face_engine: EngineProcess, people: list[Person]) -> None:
        frames = people[0].takes[0]
        actions = (Action.TURN_LEFT, Action.TURN_RIGHT)

        measured = measure(
            face_engine, {**frames, "neutral": jpeg(photographed_screen(picture(frames["neutral"])))}, *actions
        )

        steps = [AcceptedStep(action, measured[action], START) for action in (Action.NEUTRAL, *actions)]
        verdict = judge_check(POLICY, Challenge(actions, START), steps, 0.2)
        assert (verdict.decision, verdict.signals) == (Decision.REVIEW, (RiskSignal.SCREEN_GRID,))

    def test_a_blurred_frame_is_sent_back(self, face_engine: EngineProcess, people: list[Person]) -> None:
        blurred = jpeg(picture(people[0].takes[0]["neutral"]).filter(ImageFilter.GaussianBlur(5)))

        assert self.judge(face_engine, blurred) == (Reason.BLURRED,)

    def test_a_dark_frame_is_sent_back(self, face_engine: EngineProcess, people: list[Person]) -> None:
        dark = ImageEnhance.Brightness(picture(people[0].takes[0]["neutral"])).enhance(0.25)

        assert Reason.TOO_DARK in self.judge(face_engine, jpeg(dark))

    def test_a_distant_face_is_sent_back(self, face_engine: EngineProcess, people: list[Person]) -> None:
        near = picture(people[0].takes[0]["neutral"])
        far = Image.new("RGB", (480, 640), (200, 200, 200))
        far.paste(near.resize((192, 256)), (144, 192))

        assert Reason.FACE_TOO_SMALL in self.judge(face_engine, jpeg(far))

    def test_a_picture_lying_by_its_exif_orientation_is_turned_upright(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        lying = picture(people[0].takes[0]["neutral"]).transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6

        assert face_engine.code("frame", image=jpeg(lying), action="neutral") == "identity.face_no_face"
        assert abs(face_engine.result("frame", image=jpeg(lying, exif=exif), action="neutral")["roll"]) < 20  # type: ignore[arg-type]

    @staticmethod
    def judge(engine: EngineProcess, image: bytes) -> tuple[Reason, ...]:
        metrics = frame_metrics(engine.result("frame", image=image, action="neutral"))
        challenge = Challenge((Action.TURN_LEFT, Action.TURN_RIGHT), START)
        return judge_step(POLICY, challenge, (), metrics, START + timedelta(seconds=3)).reasons


class TestCard:
    def test_a_chip_portrait_is_enlarged_until_it_can_be_read(
        self, face_engine: EngineProcess, people: list[Person]
    ) -> None:
        whole = face_engine.result("card_template", image=people[0].card)
        chip = face_engine.result("card_template", image=jpeg(picture(people[0].card).resize((72, 89))))

        compared = face_engine.result("compare", template_a=whole["template"], template_b=chip["template"])
        assert chip["enlargement"] == 3.0
        assert compared["distance"] < POLICY.accept_distance  # type: ignore[operator]

    @pytest.mark.parametrize(
        "turned", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270]
    )
    def test_a_card_photographed_sideways_is_read(
        self, face_engine: EngineProcess, people: list[Person], turned: Image.Transpose
    ) -> None:
        upright = face_engine.result("card_template", image=people[0].card)
        sideways = face_engine.result("card_template", image=jpeg(picture(people[0].card).transpose(turned)))

        compared = face_engine.result("compare", template_a=upright["template"], template_b=sideways["template"])
        assert compared["distance"] < POLICY.accept_distance  # type: ignore[operator]

    def test_a_template_is_128_floats(self, face_engine: EngineProcess, people: list[Person]) -> None:
        template = face_engine.result("card_template", image=people[0].card)["template"]

        assert isinstance(template, bytes)
        assert len(template) == 512

    def test_two_people_have_different_templates(self, face_engine: EngineProcess, people: list[Person]) -> None:
        one, other = (face_engine.result("card_template", image=person.card)["template"] for person in people)

        compared = face_engine.result("compare", template_a=one, template_b=other)

        assert compared["distance"] > POLICY.review_distance  # type: ignore[operator]
        assert compared["score"] < 50  # type: ignore[operator]

    @pytest.mark.parametrize("template", [b"", b"\0" * 511, struct.pack("<f", float("nan")) * 128])
    def test_what_is_no_template_is_refused(self, face_engine: EngineProcess, template: bytes) -> None:
        assert (
            face_engine.code("compare", template_a=template, template_b=bytes(512)) == "identity.face_template_invalid"
        )


class TestRefusals:
    def test_a_picture_without_a_face(self, face_engine: EngineProcess) -> None:
        assert face_engine.code(
            "frame", image=jpeg(Image.effect_noise((480, 640), 60).convert("RGB")), action="neutral"
        ) == ("identity.face_no_face")

    def test_two_faces_side_by_side(self, face_engine: EngineProcess, people: list[Person]) -> None:
        both = Image.new("RGB", (960, 640))
        for place, person in enumerate(people):
            both.paste(picture(person.takes[0]["neutral"]), (480 * place, 0))

        answer = face_engine.ask("frame", image=jpeg(both), action="neutral")

        assert (answer["code"], answer["context"]) == ("identity.face_several", {"count": 2})

    @pytest.mark.parametrize(
        "data",
        [b"", b"GIF89a" + bytes(50), b"%PDF-1.7", b"\xff\xd8\xff\xe0" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(40)],
        ids=["empty", "gif", "pdf", "jpeg of zeros", "png of zeros"],
    )
    def test_what_is_no_picture(self, face_engine: EngineProcess, data: bytes) -> None:
        assert face_engine.code("frame", image=data, action="neutral") == "identity.image_unreadable"

    def test_a_picture_cut_off_in_the_middle(self, face_engine: EngineProcess, people: list[Person]) -> None:
        whole = people[0].takes[0]["neutral"]

        assert (
            face_engine.code("frame", image=whole[: len(whole) // 2], action="neutral") == "identity.image_unreadable"
        )

    def test_a_small_file_that_unpacks_to_144_megapixels(self, face_engine: EngineProcess) -> None:
        bomb = bomb_png(12_000)

        assert len(bomb) < 1_000_000
        assert face_engine.code("card_template", image=bomb) == "identity.image_too_large"

    def test_more_than_three_mebibytes(self, face_engine: EngineProcess, people: list[Person]) -> None:
        padded = people[0].card + bytes(3 * 1024 * 1024)

        assert face_engine.code("card_template", image=padded) == "identity.image_too_large"

    def test_the_engine_works_on_after_every_refusal(self, face_engine: EngineProcess, people: list[Person]) -> None:
        face_engine.code("frame", image=b"nothing", action="neutral")

        assert face_engine.result("frame", image=people[0].takes[0]["neutral"], action="neutral")["face_width"] > 110  # type: ignore[operator]


class TestDemoFaces:
    def test_the_same_arguments_make_the_same_bytes(
        self, face_interpreter: str, people: list[Person], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        again = tmp_path_factory.mktemp("again")

        make_faces(face_interpreter, again, "--people", "1")

        assert (again / "person-1" / "card.jpg").read_bytes() == people[0].card
        assert (again / "person-1" / "take-0-turn_left.jpg").read_bytes() == people[0].takes[0]["turn_left"]


def photographed_screen(shown: Image.Image) -> Image.Image:
    """The picture under a faint pixel grid, four pixels wide and held a little askew."""
    grid = Image.new("RGB", shown.size, (255, 255, 255))
    draw = ImageDraw.Draw(grid)
    for place in range(0, max(grid.size), 4):
        draw.line([(place, 0), (place, grid.height)], fill=(0, 0, 0))
        draw.line([(0, place), (grid.width, place)], fill=(0, 0, 0))
    return Image.blend(shown, grid.rotate(7, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)), 0.1)


def bomb_png(side: int) -> bytes:
    """A valid grey PNG of side x side black pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes((side + 1) * side)))
        + chunk(b"IEND", b"")
    )
