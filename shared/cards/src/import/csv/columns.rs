//! What the columns of a table say, and a card out of one of its lines.

use csv::StringRecord;
use jiff::civil::Date;

use crate::{Address, Card, Phone, PhoneKind, import::ImportProblem, width::narrow};

/// What one column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    FamilyName,
    GivenName,
    MiddleName,
    FamilyNameReading,
    GivenNameReading,
    FullName,
    Company,
    CompanyReading,
    Department,
    Title,
    Email,
    Phone(PhoneKind),
    PostalCode,
    Country,
    Region,
    City,
    Street,
    Building,
    AddressText,
    Url,
    Memo,
    Tags,
    ExchangedOn,
}

/// Names of columns, narrow, in lower case, without spaces and marks. A number in a name (`E-mail 2 Address`,
/// `電話番号2`) counts for nothing.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Id, &["id", "uid", "cardid", "カードid", "名刺id"]),
    (Column::FamilyName, &["姓", "氏", "名字", "苗字", "lastname", "familyname", "surname"]),
    (Column::GivenName, &["名", "givenname", "firstname"]),
    (Column::MiddleName, &["middlename", "additionalname", "ミドルネーム"]),
    (
        Column::FamilyNameReading,
        &[
            "姓カナ",
            "姓かな",
            "姓ふりがな",
            "姓フリガナ",
            "姓よみ",
            "姓ヨミ",
            "セイ",
            "せい",
            "lastnamereading",
            "lastnameyomi",
            "yomilastname",
            "familynamereading",
            "familynameyomi",
            "phoneticlastname",
            "surnameyomi",
        ],
    ),
    (
        Column::GivenNameReading,
        &[
            "名カナ",
            "名かな",
            "名ふりがな",
            "名フリガナ",
            "名よみ",
            "名ヨミ",
            "メイ",
            "めい",
            "firstnamereading",
            "firstnameyomi",
            "yomifirstname",
            "givennamereading",
            "givennameyomi",
            "phoneticfirstname",
        ],
    ),
    (Column::FullName, &["氏名", "名前", "お名前", "表示名", "name", "fullname", "displayname"]),
    (
        Column::Company,
        &[
            "会社名",
            "会社",
            "社名",
            "勤務先",
            "組織",
            "組織名",
            "company",
            "companyname",
            "organization",
            "organizationname",
        ],
    ),
    (
        Column::CompanyReading,
        &[
            "会社名カナ",
            "会社名かな",
            "会社名フリガナ",
            "会社名ふりがな",
            "社名カナ",
            "companyreading",
            "companyyomi",
            "yomicompany",
            "yomicompanyname",
            "organizationyominame",
        ],
    ),
    (Column::Department, &["部署", "部署名", "部門", "所属", "department", "organizationdepartment"]),
    (Column::Title, &["役職", "役職名", "肩書", "肩書き", "jobtitle", "position", "organizationtitle"]),
    (
        Column::Email,
        &[
            "メール",
            "メールアドレス",
            "eメール",
            "電子メール",
            "電子メールアドレス",
            "email",
            "emailaddress",
            "mail",
            "mailaddress",
            "emailvalue",
        ],
    ),
    (
        Column::Phone(PhoneKind::Work),
        &[
            "電話",
            "電話番号",
            "会社電話",
            "会社電話番号",
            "勤務先電話番号",
            "勤務先電話",
            "代表電話",
            "直通電話",
            "tel",
            "phone",
            "phonenumber",
            "telephone",
            "businessphone",
            "companymainphone",
            "workphone",
        ],
    ),
    (
        Column::Phone(PhoneKind::Mobile),
        &["携帯", "携帯電話", "携帯電話番号", "携帯番号", "mobile", "mobilephone", "cell", "cellphone"],
    ),
    (
        Column::Phone(PhoneKind::Fax),
        &["fax", "fax番号", "ファックス", "ファクス", "会社fax", "businessfax", "faxnumber"],
    ),
    (Column::Phone(PhoneKind::Home), &["自宅電話", "自宅電話番号", "homephone"]),
    (Column::Phone(PhoneKind::Other), &["その他の電話", "otherphone"]),
    (
        Column::PostalCode,
        &["郵便番号", "〒", "zip", "zipcode", "postalcode", "postcode", "businesspostalcode", "会社郵便番号"],
    ),
    (
        Column::Country,
        &["国", "国名", "country", "countryregion", "businesscountry", "businesscountryregion"],
    ),
    (Column::Region, &["都道府県", "state", "region", "province", "prefecture", "businessstate"]),
    (Column::City, &["市区町村", "city", "businesscity"]),
    (Column::Street, &["番地", "町名番地", "町域番地", "street", "businessstreet", "streetaddress"]),
    (Column::Building, &["建物", "建物名", "ビル名", "建物名階", "building"]),
    (Column::AddressText, &["住所", "会社住所", "所在地", "address", "businessaddress"]),
    (
        Column::Url,
        &[
            "url",
            "ホームページ",
            "ウェブサイト",
            "webサイト",
            "hp",
            "web",
            "website",
            "webpage",
            "businesshomepage",
        ],
    ),
    (Column::Memo, &["メモ", "備考", "memo", "note", "notes"]),
    (Column::Tags, &["タグ", "分類", "ラベル", "tags", "tag", "categories", "labels"]),
    (Column::ExchangedOn, &["名刺交換日", "交換日", "exchangedon", "exchangedate", "dateexchanged"]),
];

/// Card products write the position as `Title`, Outlook a form of address beside its `Job Title`.
const AMBIGUOUS_TITLE: &str = "title";

/// The columns of a table.
pub(super) struct Columns {
    columns: Vec<(Option<Column>, String)>,
    /// Those that say nothing a card holds, by their names in the file.
    pub(super) ignored: Vec<String>,
}

/// One line of a table.
pub(super) struct Row {
    pub(super) id: Option<String>,
    pub(super) card: Card,
}

impl Columns {
    /// None when no column is one that a card could be called by.
    pub(super) fn of(header: &StringRecord) -> Option<Self> {
        let mut columns: Vec<(Option<Column>, String)> =
            header.iter().map(|name| (column(name), name.trim().to_owned())).collect();
        if !columns.iter().any(|(column, _)| *column == Some(Column::Title)) {
            for (column, name) in &mut columns {
                if plain(name) == AMBIGUOUS_TITLE {
                    *column = Some(Column::Title);
                }
            }
        }
        let names = [Column::FamilyName, Column::GivenName, Column::FullName, Column::Company];
        if !columns.iter().any(|(column, _)| column.is_some_and(|column| names.contains(&column))) {
            return None;
        }
        let unknown = columns.iter().filter(|(column, name)| column.is_none() && !name.is_empty());
        let ignored = unknown.map(|(_, name)| name.clone()).collect();
        Some(Self { columns, ignored })
    }

    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    /// The card of a line.
    pub(super) fn read(&self, record: &StringRecord) -> Result<Row, ImportProblem> {
        let mut row = Row { id: None, card: Card::default() };
        let mut address = Address::default();
        for ((column, name), cell) in self.columns.iter().zip(record) {
            let cell = cell.trim();
            if let (Some(column), false) = (column, cell.is_empty()) {
                fill(&mut row, &mut address, *column, name, cell)?;
            }
        }
        row.card.address = (!address.is_blank()).then_some(address);
        Ok(row)
    }
}

/// Puts a cell where it belongs. Of several columns for one field the first that says something counts; parts of
/// a name or an address stand one after the other.
fn fill(
    row: &mut Row,
    address: &mut Address,
    column: Column,
    name: &str,
    cell: &str,
) -> Result<(), ImportProblem> {
    let card = &mut row.card;
    match column {
        Column::Id => first(&mut row.id, cell),
        Column::FamilyName => first(&mut card.family_name, cell),
        Column::GivenName | Column::MiddleName => append(&mut card.given_name, cell, " "),
        Column::FamilyNameReading => first(&mut card.family_name_reading, cell),
        Column::GivenNameReading => first(&mut card.given_name_reading, cell),
        Column::FullName => first(&mut card.full_name, cell),
        Column::Company => first(&mut card.company, cell),
        Column::CompanyReading => first(&mut card.company_reading, cell),
        Column::Department => append(&mut card.department, cell, " "),
        Column::Title => first(&mut card.title, cell),
        Column::Email => card.emails.push(cell.to_owned()),
        Column::Phone(kind) => card.phones.push(Phone { kind, number: cell.to_owned() }),
        Column::PostalCode => first(&mut address.postal_code, cell),
        Column::Country => first(&mut address.country, cell),
        Column::Region => first(&mut address.region, cell),
        Column::City => first(&mut address.city, cell),
        Column::Street => append(&mut address.street, cell, "\n"),
        Column::Building => append(&mut address.building, cell, " "),
        Column::AddressText => append(&mut address.text, cell, "\n"),
        Column::Url => card.urls.push(cell.to_owned()),
        Column::Memo => append(&mut card.memo, cell, "\n"),
        Column::Tags => {
            let tags = cell.split([';', ',', '、', '，', '\n']).map(str::trim);
            card.tags.extend(tags.filter(|tag| !tag.is_empty()).map(str::to_owned));
        }
        Column::ExchangedOn => {
            let day = date(cell).ok_or_else(|| ImportProblem::Date { column: name.to_owned() })?;
            card.exchanged_on = card.exchanged_on.or(Some(day));
        }
    }
    Ok(())
}

fn first(field: &mut Option<String>, cell: &str) {
    field.get_or_insert_with(|| cell.to_owned());
}

fn append(field: &mut Option<String>, cell: &str, between: &str) {
    match field {
        Some(text) => {
            text.push_str(between);
            text.push_str(cell);
        }
        None => *field = Some(cell.to_owned()),
    }
}

fn column(name: &str) -> Option<Column> {
    let name = plain(name);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
}

fn plain(name: &str) -> String {
    let name = narrow(name).to_lowercase();
    name.chars().filter(|c| (c.is_alphabetic() || *c == '〒') && !c.is_whitespace()).collect()
}

/// 2026-11-22, 2026/11/2 (with a time behind it, as Excel writes), 2026.11.22, 2026年11月22日.
fn date(cell: &str) -> Option<Date> {
    let cell = narrow(cell);
    let mut parts = cell.split(['-', '/', '.', '年', '月', '日', ' ', 'T']).filter(|part| !part.is_empty());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
