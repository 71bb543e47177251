"""電子契約の動詞: each verb with its Japanese name, its body, and the function that does it."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.contract import (
    agreeing,
    archiving,
    commands,
    concluding,
    creating,
    keeping,
    opening,
    own_key,
    releasing,
    steps,
    timing,
)
from domain.contract.story import Story
from domain.story import Deed, acts_of

BY_OFFICIALS: Mapping[str, Deed[Story]] = {
    "create": Deed(label="契約の準備", command=commands.Create, act=creating.create, creates=True),
    "consent": Deed(label="同意の記録", command=commands.Consent, act=releasing.consent),
    "release": Deed(label="送信", command=commands.Release, act=releasing.release),
    "resend": Deed(label="再送", command=commands.Resend, act=releasing.resend, after_end=True),
    "change-signer": Deed(label="署名者の変更", command=commands.ChangeSigner, act=releasing.change_signer),
    "withdraw": Deed(label="取下げ", command=commands.Withdraw, act=releasing.withdraw),
    "switch-to-paper": Deed(label="書面への切替え", command=commands.SwitchToPaper, act=releasing.switch_to_paper),
    "file-paper": Deed(label="書面の契約書の編てつ", command=commands.FilePaper, act=releasing.file_paper),
    "retry-step": Deed(label="処理のやり直し", command=commands.RetryStep, act=releasing.retry_step, after_end=True),
    "sign": Deed(label="県の署名", command=commands.Sign, act=agreeing.sign),
    "finalise-provisional": Deed(
        label="議決による本契約化", command=commands.FinaliseProvisional, act=concluding.finalise
    ),
    "amend": Deed(label="変更契約との結び付け", command=commands.Amend, act=keeping.amend, after_end=True),
    "terminate": Deed(label="解除の記録", command=commands.Terminate, act=keeping.terminate, after_end=True),
    "review-retention": Deed(
        label="保存期間満了の措置", command=commands.ReviewRetention, act=keeping.review_retention, after_end=True
    ),
}
BY_EITHER: Mapping[str, Deed[Story]] = {
    "decline": Deed(label="辞退", command=commands.Decline, act=agreeing.decline),
    "prepare": Deed(label="当事者型署名の準備", command=commands.Prepare, act=own_key.prepare),
    "complete": Deed(label="当事者型署名の完了", command=commands.Complete, act=own_key.complete),
}
BY_COUNTERPARTIES: Mapping[str, Deed[Story]] = {
    "open": Deed(label="開封", command=commands.Open, act=opening.open_, after_end=True),
    "reissue": Deed(label="リンクの再発行", command=commands.Reissue, act=opening.reissue, after_end=True),
    "request-code": Deed(
        label="認証コードの依頼", command=commands.RequestCode, act=opening.request_code, after_end=True
    ),
    "enter-code": Deed(label="認証コードの入力", command=commands.EnterCode, act=opening.enter_code, after_end=True),
    "register-passkey": Deed(
        label="パスキーの登録", command=commands.RegisterPasskey, act=opening.register_passkey, after_end=True
    ),
    "prove-passkey": Deed(
        label="パスキーによる本人確認", command=commands.ProvePasskey, act=opening.prove_passkey, after_end=True
    ),
    "agree": Deed(label="同意と署名の指示", command=commands.Agree, act=agreeing.agree),
    "forward": Deed(label="転送", command=commands.Forward, act=agreeing.forward),
}
BY_RULES: Mapping[str, Deed[Story]] = {
    "begin-step": Deed(
        label="外部の処理の開始", command=commands.BeginStep, act=steps.begin, system=True, after_end=True
    ),
    "refuse-step": Deed(
        label="外部の処理の不能", command=commands.RefuseStep, act=steps.refuse, system=True, after_end=True
    ),
    "certify-done": Deed(label="基盤の証明署名", command=commands.CertifyDone, act=steps.certify_done, system=True),
    "sign-done": Deed(label="署名の記録", command=commands.SignDone, act=steps.sign_done, system=True),
    "prepare-done": Deed(label="署名対象の提示", command=commands.PrepareDone, act=steps.prepare_done, system=True),
    "conclude": Deed(label="締結", command=commands.Conclude, act=concluding.conclude, system=True),
    "deliver": Deed(label="写しの交付", command=commands.Deliver, act=concluding.deliver, system=True),
    "archiving-due": Deed(
        label="長期保管の時期", command=commands.ArchivingDueNow, act=archiving.due_now, system=True, after_end=True
    ),
    "postpone-archiving": Deed(
        label="長期保管の延期", command=commands.PostponeArchiving, act=archiving.postpone, system=True, after_end=True
    ),
    "archive-done": Deed(
        label="長期署名の記録", command=commands.ArchiveDone, act=archiving.done, system=True, after_end=True
    ),
    "fail-renewal": Deed(
        label="延長の失敗", command=commands.FailRenewal, act=archiving.fail, system=True, after_end=True
    ),
    "remind": Deed(label="催促", command=commands.Remind, act=timing.remind, system=True),
    "expire": Deed(label="期限切れ", command=commands.Expire, act=timing.expire, system=True),
    "expire-lease": Deed(label="署名の準備の失効", command=commands.ExpireLease, act=own_key.expire_lease, system=True),
    "retention-due": Deed(
        label="保存期間の満了", command=commands.RetentionDue, act=keeping.retention_due, system=True, after_end=True
    ),
}
VERBS: Mapping[str, Deed[Story]] = MappingProxyType({**BY_OFFICIALS, **BY_EITHER, **BY_COUNTERPARTIES, **BY_RULES})
OF_COUNTERPARTIES = frozenset(BY_COUNTERPARTIES)
SIGNING = OF_COUNTERPARTIES | frozenset(BY_EITHER)
ACTS = acts_of(VERBS.values())
