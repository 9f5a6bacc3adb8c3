//! Takes a Japanese address in one line apart: 都道府県, 市区町村, and the rest. Pure and careful: what is
//! not sure stays in the rest, and no character but the spaces between the parts is ever lost.

/// The parts of an address; the first three may be empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// 郵便番号 as written, when the line starts with one.
    pub(crate) postal_code: &'a str,
    /// 都道府県
    pub(crate) region: &'a str,
    /// 市区町村, with 郡 and the 区 of a designated city.
    pub(crate) city: &'a str,
    /// 町名・番地・建物
    pub(crate) street: &'a str,
}

/// Takes an address apart.
pub(crate) fn split(text: &str) -> Parts<'_> {
    let (postal_code, rest) = split_postal_code(trim(text));
    let (region, rest) = split_region(rest);
    let (city, street) = split_city(region, rest);
    if postal_code.is_empty() || !region.is_empty() || !city.is_empty() {
        Parts { postal_code, region, city, street }
    } else {
        // Digits before something that is no Japanese address may be anything.
        Parts { street: trim(text), ..Parts::default() }
    }
}

/// The 市区町村 at the start of a text whose 都道府県 is known by `region` (or empty), and the rest.
pub(crate) fn split_city<'a>(region: &str, text: &'a str) -> (&'a str, &'a str) {
    let in_tokyo_perhaps = region.is_empty() || region == "東京都";
    // 区 only by name: it ends many other words. 町 and 村 without a district only where a prefecture
    // stands before them, since most streets of Japan start with one.
    let length = if in_tokyo_perhaps { known(text, &SPECIAL_WARDS) } else { None }
        .or_else(|| known(text, &TRICKY_CITIES))
        .or_else(|| district(text))
        .or_else(|| city(region, text))
        .or_else(|| if region.is_empty() { None } else { town(text) });
    cut(text, length.unwrap_or(0))
}

const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// 東京都の特別区
const SPECIAL_WARDS: [&str; 23] = [
    "千代田区",
    "中央区",
    "港区",
    "新宿区",
    "文京区",
    "台東区",
    "墨田区",
    "江東区",
    "品川区",
    "目黒区",
    "大田区",
    "世田谷区",
    "渋谷区",
    "中野区",
    "杉並区",
    "豊島区",
    "北区",
    "荒川区",
    "板橋区",
    "練馬区",
    "足立区",
    "葛飾区",
    "江戸川区",
];

/// 政令指定都市, which have 区 of their own.
const DESIGNATED_CITIES: [&str; 20] = [
    "札幌市",
    "仙台市",
    "さいたま市",
    "千葉市",
    "横浜市",
    "川崎市",
    "相模原市",
    "新潟市",
    "静岡市",
    "浜松市",
    "名古屋市",
    "京都市",
    "大阪市",
    "堺市",
    "神戸市",
    "岡山市",
    "広島市",
    "北九州市",
    "福岡市",
    "熊本市",
];

/// Cities with 市 or 郡 inside the name, which the search for the first 市 or 郡 would cut in two.
const TRICKY_CITIES: [&str; 10] = [
    "四日市市",
    "廿日市市",
    "野々市市",
    "市川市",
    "市原市",
    "郡山市",
    "大和郡山市",
    "蒲郡市",
    "小郡市",
    "郡上市",
];

/// Districts with 市 inside the name.
const TRICKY_DISTRICTS: [&str; 2] = ["余市郡", "高市郡"];

/// Towns with 町 or 村 inside the name.
const TRICKY_TOWNS: [&str; 2] = ["大町町", "玉村町"];

/// A leading postal code, without the mark before it, and the rest.
fn split_postal_code(text: &str) -> (&str, &str) {
    let body = text.strip_prefix('〒').map_or(text, trim);
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let is_dash = |c: char| matches!(c, '-' | '－' | '‐' | '−' | 'ー' | '–');
    let mut pattern = body.chars();
    let digits = |pattern: &mut std::str::Chars<'_>, count: usize| {
        pattern.by_ref().take(count).filter(|c| is_digit(*c)).count() == count
    };
    let found = digits(&mut pattern, 3) && pattern.next().is_some_and(is_dash) && digits(&mut pattern, 4);
    let rest = pattern.as_str();
    if !found || rest.starts_with(is_digit) || rest.starts_with(is_dash) {
        return ("", text);
    }
    (&body[..body.len() - rest.len()], trim(rest))
}

fn split_region(text: &str) -> (&str, &str) {
    cut(text, known(text, &PREFECTURES).unwrap_or(0))
}

/// 郡 and the 町 or 村 in it.
fn district(text: &str) -> Option<usize> {
    let plain = || first(text, '郡', 5).filter(|length| !text[..*length].contains('市'));
    let district = known(text, &TRICKY_DISTRICTS).or_else(plain)?;
    town(&text[district..]).map(|town| district + town)
}

/// 市, and the 区 in it where there is one.
fn city(region: &str, text: &str) -> Option<usize> {
    let city = first(text, '市', 7)?;
    let next = text[city..].chars().next();
    // 市場, 市街, 市役所…: part of the name of a place, not of a municipality.
    if region.is_empty() && next.is_some_and(|c| "場街民役営立内外道".contains(c)) {
        return None;
    }
    Some(city + ward_of_city(text, city))
}

/// The length of the 区 after a designated city (and the spaces before it); 0 for every other city.
fn ward_of_city(text: &str, city: usize) -> usize {
    let rest = &text[city..];
    let spaces = rest.len() - trim(rest).len();
    let designated = DESIGNATED_CITIES.contains(&&text[..city]);
    if designated { first(&rest[spaces..], '区', 5).map_or(0, |ward| spaces + ward) } else { 0 }
}

/// 町 or 村.
fn town(text: &str) -> Option<usize> {
    known(text, &TRICKY_TOWNS)
        .or_else(|| [first(text, '町', 7), first(text, '村', 7)].into_iter().flatten().min())
}

fn known(text: &str, names: &[&str]) -> Option<usize> {
    names.iter().find(|name| text.starts_with(**name)).map(|name| name.len())
}

/// The length in bytes of the name that ends with the first `suffix`: at least one character before it, at
/// most `max` characters in all, and no digit, space or sign among them.
fn first(text: &str, suffix: char, max: usize) -> Option<usize> {
    let mut length = 0;
    for (index, c) in text.chars().take(max).enumerate() {
        if !c.is_alphabetic() && !matches!(c, '々' | 'ー') {
            return None;
        }
        length += c.len_utf8();
        if c == suffix && index > 0 {
            return Some(length);
        }
    }
    None
}

fn cut(text: &str, length: usize) -> (&str, &str) {
    let (head, tail) = text.split_at(length);
    (head, trim(tail))
}

/// `trim` knows the ideographic space as well.
fn trim(text: &str) -> &str {
    text.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// postal code | region | city | street
    const TABLE: &str = "
        |東京都|品川区|大崎1-99-3 青空タワー12階
        |愛知県|名古屋市中区|栄8-15-22
        |静岡県|静岡市駿河区|丸子９９１２番地の４
        ||さいたま市大宮区|桜木町9-1-2 SSビル3F
        |東京都|八王子市|南大沢9-1
        |宮城県|青葉市|中央1丁目1番1号
        ||京都市中京区|柳八幡町99 四条烏丸ビル5F
        ||札幌市中央区|大通西99丁目2-5
        |東京都|港区|麻布台9-9-5
        |東京都|中央区|日本橋室町9丁目3-1
        ||千代田区|神田神保町9-28
        ||佐賀市|大財9-2-3
        |岐阜県|高山市|丹生川町坊方9999
        |京都府|京都市東山区|祇園町北側九百九十九番地
        |和歌山県|湊町|宇久井9999-2
        |三重県|四日市市|諏訪町1-5
        |広島県|廿日市市|下平良1-11-1
        |石川県|野々市市|三納1-1
        |千葉県|市川市|八幡1-1-1
        ||市原市|国分寺台中央1-1-1
        |福島県|郡山市|朝日1-23-7
        |奈良県|大和郡山市|北郡山町248-4
        |愛知県|蒲郡市|旭町17-1
        |福岡県|小郡市|小郡255-1
        |岐阜県|郡上市|八幡町島谷228
        |北海道|余市郡余市町|朝日町26
        |奈良県|高市郡明日香村|岡55
        |北海道|虻田郡ニセコ町|富士見47
        |群馬県|佐波郡玉村町|下新田201
        |佐賀県|杵島郡大町町|大町5017
        |栃木県|芳賀郡市貝町|市塙1280
        |兵庫県|神崎郡市川町|西川辺165-3
        |富山県|中新川郡上市町|法音寺1
        |宮城県|柴田郡村田町|村田迫6
        |山梨県|南都留郡富士河口湖町|船津1700
        |静岡県|周智郡森町|森2101-1
        |東京都|西多摩郡檜原村|467-1
        |東京都|小笠原村|父島字西町
        |東京都|大島町|元町1-1-14
        |東京都|東村山市|本町1-2-3
        |東京都|武蔵村山市|本町1-1-1
        |東京都|町田市|森野2-2-22
        |新潟県|十日町市|千歳町3-3
        |長野県|大町市|大町3887
        |新潟県|村上市|三之町1-1
        |福岡県|田川郡添田町|添田2151
        |広島県|府中市|府川町315
        |広島県|安芸郡府中町|大通3-5-1
        |滋賀県|東近江市|八日市緑町10-5
        |神奈川県|横浜市保土ケ谷区|川辺町2-9
        |茨城県|つくばみらい市|福田195
        |鹿児島県|いちき串木野市|昭和通133-1
        |福岡県|北九州市小倉北区|城内1-1
        |大阪府|堺市美原区|黒山167-1
        |大阪府|大阪市東住吉区|東田辺1-13-4
        |長野県|軽井沢町|長倉2381-1
        141-0032|東京都|品川区|大崎1-99-3
        １００－０００１|東京都|千代田区|千代田1-1
        |||14 Quayside House, Harbour Road, Bristol BS1 5TY, United Kingdom
        |||Industriestraße 9, 10999 Berlin
        |||中央市場1-2-3
        |||本町市街地9
        |||港9-9-9 区民ビル
        |||100-0001-22 Main Street
        |||123-4567
        |東京都||1-2-3
        |沖縄県||
        |||";

    fn rows() -> impl Iterator<Item = [&'static str; 4]> {
        TABLE.lines().skip(1).map(|row| {
            let cells: Vec<_> = row.trim().split('|').collect();
            cells.try_into().expect("four cells")
        })
    }

    #[test]
    fn each_address_of_the_table_is_split_as_it_says() {
        for [postal_code, region, city, street] in rows() {
            let expected = Parts { postal_code, region, city, street };
            assert_eq!(split(&format!("{postal_code}{region}{city}{street}")), expected);
            let spaced = format!("{postal_code} {region}\u{3000}{city} {street}");
            assert_eq!(split(&spaced), expected, "{spaced}");
        }
    }

    #[test]
    fn the_mark_before_a_postal_code_goes_with_it() {
        let parts = split("〒 141-0032　東京都品川区大崎1");
        assert_eq!((parts.postal_code, parts.region), ("141-0032", "東京都"));
    }

    #[test]
    fn spaces_inside_the_city_do_not_hide_its_ward() {
        assert_eq!(split("愛知県 名古屋市 中区 栄8-15-22").city, "名古屋市 中区");
    }

    #[test]
    fn the_city_is_found_when_the_region_stands_elsewhere() {
        assert_eq!(split_city("東京都", "港区芝公園9-9-9"), ("港区", "芝公園9-9-9"));
        assert_eq!(split_city("長野県", "軽井沢町長倉1"), ("軽井沢町", "長倉1"));
        assert_eq!(split_city("", "軽井沢町長倉1"), ("", "軽井沢町長倉1"));
    }
}
