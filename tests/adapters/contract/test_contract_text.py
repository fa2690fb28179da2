"""What people read in the drawn contract, page by page, as an independent reader extracts it."""

import dataclasses
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from services.contract.adapters.rendering.engine import ContractRenderer
from services.contract.domain.document import ContractDocument, IncludedItem, Instalment, Payment
from services.contract.domain.document_kinds import IdType, PaymentMethod, Side
from tests.adapters.contract.documents import (
    BUYERS,
    SELLERS,
    a_bare_document,
    a_document,
    a_full_document,
    a_party,
    parties,
)

PageTexts = Callable[[bytes], list[str]]
HEADING = re.compile(r"^第[一二三四五六七八九十]{1,3}条\s+\S+$")
FOOTER = re.compile(r"^2026112200001 · 第 (\d+) 页 共 (\d+) 页$")


def squeezed(pages: list[str]) -> str:
    """All text without footers, blanks and line ends: what wraps where is not the point."""
    lines = [line for page in pages for line in page.splitlines() if not FOOTER.match(line.strip())]
    return re.sub(r"\s", "", "".join(lines))


@pytest.fixture(scope="module")
def pages(renderer: ContractRenderer, page_texts: PageTexts) -> list[str]:
    return page_texts(renderer.render(a_document()).pdf)


@pytest.fixture(scope="module")
def bare_text(renderer: ContractRenderer, page_texts: PageTexts) -> str:
    return squeezed(page_texts(renderer.render(a_bare_document()).pdf))


@pytest.fixture(scope="module")
def full_text(renderer: ContractRenderer, page_texts: PageTexts) -> str:
    return squeezed(page_texts(renderer.render(a_full_document()).pdf))


def test_every_party_stands_with_name_number_mobile_and_address(pages: list[str]) -> None:
    text = squeezed(pages)
    for party in a_document().parties:
        assert f"{party.name}（" in text
        assert party.id_number in text
        assert party.mobile in text
        assert party.address in text


def test_articles_are_numbered_one_to_twenty_in_order(pages: list[str]) -> None:
    headings = [line.strip() for page in pages for line in page.splitlines() if HEADING.match(line.strip())]
    tens, ones = ("", "十", "二十"), ("", *"一二三四五六七八九")
    expected = [f"第{tens[number // 10]}{ones[number % 10]}条" for number in range(1, 21)]

    assert [heading.split()[0] for heading in headings] == expected


def test_price_stands_in_figures_capitals_and_per_square_metre(pages: list[str]) -> None:
    text = squeezed(pages)

    assert "人民币888,888.88元（大写：捌拾捌万捌仟捌佰捌拾捌元捌角捌分）" in text
    assert "每平方米人民币7,510.04元" in text


def test_each_page_says_case_number_and_page_of_pages(pages: list[str]) -> None:
    footers = [FOOTER.match(page.strip().splitlines()[-1].strip()) for page in pages]

    assert [match and match.groups() for match in footers] == [
        (str(number), str(len(pages))) for number in range(1, len(pages) + 1)
    ]


def test_agreed_terms_are_filled_in(pages: list[str]) -> None:
    text = squeezed(pages)
    for term in (
        "鄂(2022)黄石市不动产权第0000001号",
        "420202003001GB00001F00010002",
        "118.36平方米",
        "■共同共有",
        "定金人民币50,000.00元（大写：伍万元整）",
        "338,888.88",
        "监管金额为人民币838,888.88元",
        "契税乙方承担",
        "于2027年1月15日前将该房屋交付乙方",
        "户籍迁出",
        "违约金人民币100.00元",
        "于2026年12月31日前共同向不动产登记机构申请",
        "万分之3向甲方",
        "万分之3.5向乙方",
        "违约金人民币80,000.00元",
        "■向该房屋所在地有管辖权的人民法院起诉",
        "备案后十日内一方提出撤销的",
        "乙方同意甲方在交付前继续居住。",
        "附件三：不动产权证书复印件。",
        "可以打印4份",
        "查验码：7K3M-Q9TD-2WXP",
    ):
        assert term in text


def test_absent_terms_are_struck_out_instead_of_left_blank(bare_text: str) -> None:
    for stroke in (
        "不动产单元号／",
        "房屋结构／",
        "建成年份／",
        "土地使用期限至／止",
        "■无抵押□有抵押。抵押权人：／；债权数额：／",
        "■未出租□已出租。租赁期限：／",
        "居住权的登记情况：／",
        "（一）定金：无。",
        "（三）贷款：无。",
        "（四）收款账户：／",
        "（五）付款账户：户名／，开户银行／，账号／",
        "套内建筑面积／分摊面积／",
        "□共持一本（持证人／）□分别持证",
        "证件有效期长期",
        "■双方约定不作资金监管。监管金额：／；监管机构（银行）：／；监管账号：／",
        "■没有户籍登记□有户籍登记。迁出期限：／",
        "支付违约金人民币／元",
        "以补充约定为准：无。",
        "（二）本合同的附件：无。",
        "□提交／按照",
    ):
        assert stroke in bare_text


def test_optional_terms_are_printed_when_agreed(full_text: str) -> None:
    for term in (
        "■有抵押。抵押权人为黄石试验银行股份有限公司，担保的债权数额为人民币210,000.00元",
        "■已出租。租赁期限至2027年5月31日止",
        "■未放弃优先购买权",
        "登记于案外人名下",
        "1装修30,000.00",
        "2地下车位一个／",
        "■组合贷款",
        "价款为人民币600,000.00元（大写：陆拾万元整）",
        "■任何一方可以解除本合同",
        "■按份共有",
        "2分之1（1/2）",
        "■提交黄石仲裁委员会按照",
        "其中住房公积金贷款人民币200,000.00元（大写：贰拾万元整）",
        "套内建筑面积96.2平方米分摊面积22.16平方米",
        "■共持一本（持证人欧阳闻笛）□分别持证",
        "（五）付款账户：户名欧阳闻笛，开户银行黄石试验银行营业部，账号6200000000000026",
        "证件有效期2036年5月1日",
        "性别女出生日期1981年2月2日",
    ):
        assert term in full_text


def test_what_is_known_only_later_is_not_drawn(pages: list[str]) -> None:
    last = squeezed(pages[-1:])

    assert "备案机关（备案专用章）：" in last
    assert not re.search(r"备案编号[：:]|备案日期[：:]|签订日期[：:]|签署日期[：:]", squeezed(pages))


def test_signature_page_names_each_signer_with_side_and_role(pages: list[str]) -> None:
    last = squeezed(pages[-1:])

    for words in (
        f"出卖人（主当事人）：{SELLERS[0]}",
        f"出卖人（共有人）：{SELLERS[1]}",
        f"买受人（主当事人）：{BUYERS[0]}",
        f"买受人（共有人）：{BUYERS[1]}",
    ):
        assert words in last


def test_an_enterprise_signs_through_its_legal_representative(
    renderer: ContractRenderer, page_texts: PageTexts
) -> None:
    enterprise = dataclasses.replace(
        a_party(Side.SELLER, "黄石试验置业有限公司", 1),
        id_type=IdType.USCC,
        id_number="91350100M000100Y43",
        marital_status=None,
        legal_representative=SELLERS[0],
    )
    document = a_document(parties=(enterprise, a_party(Side.BUYER, BUYERS[0], 2)))

    text = squeezed(page_texts(renderer.render(document).pdf))

    assert "证件类型统一社会信用代码证件号码91350100M000100Y43" in text
    assert text.count(f"法定代表人：{SELLERS[0]}") == 1
    assert f"法定代表人{SELLERS[0]}其证件有效期2036年5月1日" in text
    assert text.count("婚姻状况已婚") == 1, "of the buyer alone"
    assert "所提供的权属证书、营业执照和法定代表人身份证明真实有效" in text


def test_preview_before_the_buyer_joined_says_so_on_every_page(
    renderer: ContractRenderer, page_texts: PageTexts
) -> None:
    preview = renderer.render(a_document(parties=parties(1, 0)), preview=True)
    texts = page_texts(preview.pdf)

    assert preview.fields == ()
    assert "（待买受人填写）" in squeezed(texts[:1])
    assert all("预览稿不作签署" in squeezed([text]) for text in texts)


@pytest.mark.parametrize("length", [0, 260, 620, 1400, 2000])
def test_no_heading_is_left_alone_at_the_foot_of_a_page(
    renderer: ContractRenderer, page_texts: PageTexts, length: int
) -> None:
    document = a_document(
        revoke_terms="双方另行约定的撤销条件，" * (length // 12) or None, extra_terms="约定" * (length // 2) or None
    )

    for text in page_texts(renderer.render(document).pdf):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert not HEADING.match(lines[-2] if FOOTER.match(lines[-1]) else lines[-1])


def long_document() -> ContractDocument:
    """Everything as long as it may get: six people with 50 characters, long lists, 2000 characters of clauses."""
    name = ("阿布都热西提·买买提艾力·" * 5)[:50]
    sides = [Side.SELLER, *[Side.BUYER] * 5]
    people = [a_party(side, name, number, main=number < 3) for number, side in enumerate(sides, 1)]
    rows = tuple(
        Instalment(Decimal(1000), f"第{number}期" + "满足以下条件之后支付" * 14, date(2027, 1, 1))
        for number in range(12)
    )
    return a_document(
        parties=tuple(dataclasses.replace(person, address="湖北省黄石市" + "很长的街道" * 38) for person in people),
        price_includes=tuple(IncludedItem(f"{number}号家具" * 8) for number in range(1, 31)),
        payment=Payment(PaymentMethod.INSTALMENT, schedule=rows),
        extra_terms="甲乙双方另行约定如下事项，" * 125 + "W" * 375,
    )


def test_the_longest_contract_keeps_every_table_row_under_its_header(
    renderer: ContractRenderer, page_texts: PageTexts
) -> None:
    texts = page_texts(renderer.render(long_document()).pdf)

    for text in texts:
        if "满足以下" in text:
            before = text[: text.index("满足以下")]
            assert "付款条件" in before
        if "号家具" in text:
            assert "其中价款" in text[: text.index("号家具")]
    assert squeezed(texts).count("W" * 375) == 1
    assert squeezed(texts).count("，甲乙双方另行约定如下事项") == 124


def test_the_longest_contract_has_a_place_for_each_of_six_signers(renderer: ContractRenderer) -> None:
    fields = renderer.render(long_document()).fields

    assert [field.name for field in fields] == [*(f"signer_{number}" for number in range(1, 7)), "seal"]
    assert all(field.rect[2] - field.rect[0] > 200 and field.rect[3] - field.rect[1] > 60 for field in fields)
