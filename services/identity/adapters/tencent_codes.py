"""What Tencent FaceID's result codes mean for a check (人脸核身错误码), as a table.

People without a record or photo in the population register (moved hukou, soldiers) and everything not in the table go to
REVIEW: a machine never refuses whom it does not know, and never passes them. Codes about the service itself (engine,
database, arrears, limits) are no verdict at all: the caller treats them as no answer. Ends of flow come as numbers, the
interfaces' own failures as words; both are kept as text.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.identity.domain.face_provider import ProviderDecision, ProviderReason

FAIL, REVIEW = ProviderDecision.FAIL, ProviderDecision.REVIEW
Meaning = tuple[ProviderDecision, ProviderReason]

_OPERATION: Mapping[Meaning, str] = {
    (FAIL, ProviderReason.NAME_MISMATCH): "IdNameMisMatch IdFormatError NameFormatError",
    (FAIL, ProviderReason.LOW_SIMILARITY): "CompareLowSimilarity CompareFail VerificationFail",
    (REVIEW, ProviderReason.NO_RECORD): "IdNoExistSystem UnregisteredEid",
    (REVIEW, ProviderReason.NO_PHOTO): "IdPhotoNoExist IdPhotoPoorQuality",
    (FAIL, ProviderReason.NOT_LIVE): (
        "LivessDetectFail LivessDetectFake LivessUnknownError LifePhotoDetectFake SilentDetectFail SilentEyeLiveFail "
        "SilentMouthLiveFail SilentPictureLiveFail SilentThreshold"
    ),
    (FAIL, ProviderReason.ACTION_NOT_SEEN): "ActionCloseEye ActionOpenMouth ActionFirstAction LipMoveSmall",
    (FAIL, ProviderReason.NO_FACE): (
        "ActionNodetectFace LifePhotoDetectNoFaces LipFaceIncomplete SilentFaceDetectFail LivessBestFrameError"
    ),
    (FAIL, ProviderReason.SEVERAL_FACES): "LifePhotoDetectFaces SilentMultiFaceFail",
    (FAIL, ProviderReason.TOO_DARK): "ActionLightDark",
    (FAIL, ProviderReason.TOO_BRIGHT): "ActionLightStrong",
    (FAIL, ProviderReason.VOICE_NOT_HEARD): "LipVoiceDetect LipVoiceLow LipVoiceRecognize",
    (FAIL, ProviderReason.POOR_PICTURE): (
        "ActionFaceClose ActionFaceFar ActionFaceLeft ActionFaceRight EmptyImageError ImageBlur ImageDecodeFailed "
        "ImageNoIdCard ImageSizeTooLarge LifePhotoPoorQuality LifePhotoSizeError LipNetFailed LipSizeError "
        "LipVideoInvalid LipVideoQuaility OcrFailed SilentFaceQualityFail SilentFaceWithMaskFail SilentTooShort"
    ),
}
_FLOW: Mapping[Meaning, str] = {
    (FAIL, ProviderReason.NOT_LIVE): "1002 1003 1005",
    (FAIL, ProviderReason.NO_FACE): "1004 1102",
    (FAIL, ProviderReason.SEVERAL_FACES): "2012",
    (FAIL, ProviderReason.VOICE_NOT_HEARD): "1101 1103 1106",
    (FAIL, ProviderReason.POOR_PICTURE): "1104 1105 1107 1108 2017",
    (FAIL, ProviderReason.ACTION_NOT_SEEN): "1109",
    (FAIL, ProviderReason.TOO_DARK): "1201",
    (FAIL, ProviderReason.VISIT_OVER): "15 16 1409 1410",
}
VISIT_OVER = frozenset({"InvalidParameterValue.BizTokenExpired", "InvalidParameterValue.BizTokenIllegal"})
_TROUBLE = (
    "CompareSystemError DbError DecryptSystemError DownLoadError FileSaveError IdPhotoSystemNoanswer LivessSystemError "
    "RequestLimitExceeded StsUnAuthErrError UnKnown"
)
_FLOW_TROUBLE = "1 2 3 4 8 9 10 11 202 1001"
NO_VERDICT = frozenset(_FLOW_TROUBLE.split()) | {f"FailedOperation.{word}" for word in _TROUBLE.split()}
"""The provider's own trouble, or ours with it: nothing was learnt about the person, who may try again."""

_MEANINGS: Mapping[str, Meaning] = {
    **{f"FailedOperation.{word}": meaning for meaning, words in _OPERATION.items() for word in words.split()},
    **{word: meaning for meaning, words in _FLOW.items() for word in words.split()},
    **dict.fromkeys(VISIT_OVER, (FAIL, ProviderReason.VISIT_OVER)),
}
BILLED = frozenset({"0", "FailedOperation.IdNameMisMatch", "FailedOperation.CompareLowSimilarity"})


def meaning_of(code: str) -> Meaning | None:
    """Return what a code other than success says of the person; None where it says nothing."""
    if code in NO_VERDICT or code.startswith(("InternalError", "UnauthorizedOperation", "UnsupportedOperation")):
        return None
    return _MEANINGS.get(code, (REVIEW, ProviderReason.UNCERTAIN))
