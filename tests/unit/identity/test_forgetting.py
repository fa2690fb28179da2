from services.common.messages.identity import CodePurpose, SignIn
from services.common.values import Mobile
from services.identity.application.forget_expired import forget_expired
from services.identity.application.sign_in import sign_in
from tests.unit.identity.told_faces import Booth, ToldFaces
from tests.unit.identity.world import World, anonymous, as_person, as_service, refused


def sweep(world: World) -> int:
    return forget_expired(world.means, as_service("identity"))


def test_a_check_somebody_abandoned_loses_its_keys_and_template(world: World) -> None:
    booth = Booth(world, ToldFaces())
    person = booth.ready_person()
    abandoned = booth.shoot(as_person(person), booth.start(as_person(person)))
    world.pass_time(minutes=2)

    assert sweep(world) == 1

    kept = world.store.memory.face_checks[abandoned.check_id]
    assert (kept.state, kept.reason, kept.secrets, kept.neutral) == (
        "EXPIRED",
        "identity.face_challenge_expired",
        None,
        None,
    )


def test_a_check_in_use_is_left_alone(world: World) -> None:
    booth = Booth(world, ToldFaces())
    person = booth.ready_person()
    check = booth.shoot(as_person(person), booth.start(as_person(person)))

    assert sweep(world) == 0

    assert booth.carry_through(as_person(person), check).state == "ACCEPTED"


def test_codes_are_kept_as_long_as_limits_need_them(world: World) -> None:
    world.code("13800000001", CodePurpose.SIGN_IN)
    world.pass_time(hours=23)
    sweep(world)
    kept = len(world.store.memory.codes)
    world.pass_time(hours=2)
    sweep(world)

    assert (kept, len(world.store.memory.codes)) == (1, 0)


def test_failures_are_kept_as_long_as_a_lock_needs_them(world: World) -> None:
    code_id, _ = world.code("13800000001", CodePurpose.SIGN_IN)
    message = SignIn(mobile=Mobile("13800000001"), code_id=code_id, code="xxxxxx")
    for _ in range(5):
        with refused("identity.sms_code_wrong"):
            sign_in(world.means, message, anonymous())
    world.pass_time(minutes=14)
    sweep(world)

    with refused("identity.locked"):
        sign_in(world.means, message, anonymous())
    world.pass_time(minutes=20)
    sweep(world)
    assert world.store.memory.failures == []


def test_fingerprints_of_frames_are_kept_for_a_week(world: World) -> None:
    booth = Booth(world, ToldFaces())
    person = booth.ready_person()
    booth.carry_through(as_person(person), booth.start(as_person(person)))
    world.pass_time(days=6)
    sweep(world)
    kept = len(world.store.memory.frames)
    world.pass_time(days=2)
    sweep(world)

    assert (kept > 0, world.store.memory.frames) == (True, [])
