"""Invented names: artists and song titles in twenty languages, and ids.

Only `random()` is called on the generators: Python promises that its sequence stays the same in
later versions, but not that of `choice` or `sample`.
"""
# ruff: noqa: RUF001, the names contain letters of other scripts that look like Latin ones

import random
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Language(NamedTuple):
    """The words of one language; a title is a noun, or two of them joined."""

    joined: str  # format with two nouns, such as "{} and {}"
    nouns: tuple[str, ...]
    artists: tuple[str, ...]


def pick(rng: random.Random, choices: Sequence[T]) -> T:
    """One of the choices, all equally likely."""
    return choices[int(rng.random() * len(choices))]


def pick_other(rng: random.Random, choices: Sequence[T], taken: Sequence[T]) -> T:
    """One of the choices that is not taken; at least one must be free."""
    while (choice := pick(rng, choices)) in taken:
        pass
    return choice


def base62_id(rng: random.Random) -> str:
    """22 base62 characters for 128 bits, as in Spotify's ids, so the first one is 0 to 7."""
    return pick(rng, "01234567") + "".join(pick(rng, _BASE62) for _ in range(21))


def invented_artist(rng: random.Random) -> str:
    """The name of an artist who sings in English."""
    pattern = pick(rng, _ARTIST_PATTERNS)
    return pattern.format(
        adjective=pick(rng, _ADJECTIVES),
        animals=pick(rng, _ANIMALS),
        first=pick(rng, _FIRST_NAMES),
        last=pick(rng, _LAST_NAMES),
        thing=pick(rng, _THINGS),
    )


def song_title(rng: random.Random, language: str) -> str:
    """A title in a language: `en` or a key of LANGUAGES."""
    if language != "en":
        spoken = LANGUAGES[language]
        first = pick(rng, spoken.nouns)
        title = first
        if rng.random() < 0.85:
            title = spoken.joined.format(first, pick_other(rng, spoken.nouns, [first]))
        return title[0].upper() + title[1:]
    title = pick(rng, _TITLE_PATTERNS).format(
        adjective=pick(rng, _ADJECTIVES),
        animals=pick(rng, _ANIMALS),
        place=pick(rng, _PLACES),
        thing=pick(rng, _THINGS),
        thing2=pick(rng, _THINGS),
        time=pick(rng, _TIMES),
        verb=pick(rng, _VERBS),
    )
    return title + pick(rng, _TITLE_ENDINGS)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|"))


def _language(joined: str, nouns: str, artists: str) -> Language:
    return Language(joined, _words(nouns), _words(artists))


_ADJECTIVES = _words(
    "Amphibious|Borrowed|Crooked|Drowsy|Feral|Lopsided|Lukewarm|Marzipan|Mossy|Nocturnal|Overdue"
    "|Polite|Salted|Seasick|Tangerine|Underwater|Unhurried|Wobbly|Absent|Barefoot|Clockwork"
    "|Faded|Half-Asleep|Handwritten|Imaginary|Misplaced|Paper|Rain-Soaked|Reluctant|Upside-Down"
)
_ANIMALS = _words(
    "Accordions|Barometers|Dragonflies|Ducklings|Ferrymen|Herons|Kettles|Librarians|Lighthouses"
    "|Minnows|Moorhens|Newts|Otters|Postcards|Rowboats|Umbrellas|Voles|Water Striders"
)
_THINGS = _words(
    "Anchor|Boathouse|Compass|Drizzle|Envelope|Foghorn|Gramophone|Harbour|Kite|Lantern|Mailbox"
    "|Metronome|Oar|Puddle|Raincoat|Reed|Ripple|Sandbar|Semaphore|Teaspoon|Thermos|Tide Table"
    "|Tugboat|Typewriter|Waterlily|Weathervane|Whirlpool|Windowsill|Bicycle|Buoy|Cardigan|Comet"
    "|Curtain|Doorbell|Fishbowl|Flashlight|Hourglass|Jukebox|Keyhole|Ladder|Marble|Notebook"
    "|Parasol|Picnic|Pocketknife|Quilt|Riverbed|Scarecrow|Snow Globe|Suitcase|Telegram|Watermelon"
)
_FIRST_NAMES = _words(
    "Barnaby|Calla|Fenwick|Imogen|Isolde|Juniper|Leocadia|Maribel|Odette|Ottoline|Perpetua|Quill"
    "|Silas|Thaddeus|Tobias|Wren"
)
_LAST_NAMES = _words(
    "Bulrush|Dredgewick|Eddymere|Fogarty-Lune|Loosestrife|Marshbury|Millrace|Mudlark|Pondsworth"
    "|Quaymoor|Reedwell|Saltfleet|Tarnmoor|Waterthistle"
)
_ARTIST_PATTERNS = _words(
    "The {adjective} {animals}|The {adjective} {animals}|{first} {last}|{first} {last}"
    "|{first} {last}|{first} & the {animals}|{adjective} {thing}|DJ {adjective} {thing}"
    "|{thing} Department|{first} {last} Quartet|A Thousand {animals}|Lil {thing}|{thing}core"
)
_PLACES = _words(
    "the Boathouse|Platform Nine-and-a-Bit|the Shallow End|Mirror Lake|the Bus Shelter"
    "|Otter Street|the Lost Property Office|Sluice Gate 4|the Reading Room|Ferry Landing"
)
_TIMES = _words("Midnight|Half Past Never|Low Tide|4 a.m.|Sunrise|Closing Time|Dusk|Twenty to Nine")
_VERBS = _words("Counting|Forgetting|Borrowing|Calling|Chasing|Folding|Painting|Waiting for")
_TITLE_PATTERNS = _words(
    "{adjective} {thing}|{adjective} {thing}|{thing} Weather|Meet Me at {place}|{verb} {animals}"
    "|{verb} the {thing}|{thing} & {thing2}|{time}|{time} at {place}|If I Were a {thing}"
    "|{animals} at {time}|No More {animals}|{thing}|Dear {thing}|{adjective} Until {time}"
    "|Who Let the {animals} In|{adjective}|{place}|{adjective} {animals}|My {adjective} {thing}"
    "|{thing} for Two|Slow {thing}|{verb} Your {thing}|Somewhere, a {thing}"
)
# Most titles have no ending.
_TITLE_ENDINGS = ("",) * 22 + (" 🌊", " (Interlude)", " - Boathouse Session", "?", "!", " II", " ☂️")

OTHER_ARTISTS = _words(
    "🦦 otterwave|moth☕club|💧💧💧|ｖａｐｏｒ ｐｏｎｄ"
    "|Zoe\u0308 Tarn|øar|tiny ferry 🛥️|ŸOLK & SÖNS"
    "|n e w t|R+R (Rain+Rain)"
)
"""Artists who sing in English, with names that may break a program; Zoë has a combining mark."""

LANGUAGES = {
    "ar": _language(
        "{} و{}",
        "الضباب|القارب|المنارة|المطر|النورس|الليل|البحيرة|الصيف|الريح|الرسالة|الجسر",
        "فرقة القوارب الورقية|نجوى البحيرة|ميناء الضباب|سلمى الغدير",
    ),
    "de": _language(
        "{} und {}",
        "der Nebel|das Ufer|die Möwen|der Steg|die Flößer|der Frühling"
        "|das Schilf|der Regen|die Brücke|das Echo|die Laterne",
        "Ufergeflüster|Die Müden Möwen|Käthe Schilfrohr|Grüßgott Dampfer|Nebelhornquartett",
    ),
    "el": _language(
        "{} και {}",
        "η ομίχλη|η βάρκα|ο φάρος|η βροχή|η λίμνη|το καλοκαίρι|ο γλάρος|η νύχτα|το γράμμα|ο άνεμος",
        "Οι Χάρτινες Βάρκες|Λίμνη Εννέα|Θάλεια Ομίχλη",
    ),
    "es": _language(
        "{} y {}",
        "la niebla|el faro|las olas|el muelle|la orilla|los grillos"
        "|el verano|el bote|la carta|el viento|la sombra",
        "Añil Marejada|Los Juncos Tímidos|Nélida Orillas|Banda Farol Mojado|Ícaro Remanso",
    ),
    "fa": _language(
        "{} و {}",
        "مه|قایق|فانوس|باران|دریاچه|شب|تابستان|نامه|باد|پل",
        "قایق‌های کاغذی|گروه مه و دریاچه|پروانه آبگیر",
    ),
    "fr": _language(
        "{} et {}",
        "la brume|le phare|les rames|l'écluse|la marée|le ponton"
        "|les lucioles|l'été|la lettre|le vent|le lac",
        "Élodie Marécage|Les Hérons Polis|Brume à Quai|Noé Cendreline|Fanfare du Brochet",
    ),
    "he": _language(
        "{} ו{}",
        "הערפל|הסירה|המגדלור|הגשם|השחף|הלילה|האגם|הקיץ|הרוח|המכתב",
        "להקת סירות הנייר|נעמה אגמון|שחפים עייפים",
    ),
    "hi": _language(
        "{} और {}",
        "कोहरा|नाव|बारिश|झील|चाँदनी|चिट्ठी|जुगनू|किनारा|हवा|गरमी",
        "नीली झील मंडली|काग़ज़ी नौका|कोहरा और कंपनी",
    ),
    "ja": _language(
        "{}と{}",
        "霧|水面|灯台|小舟|かもめ|雨音|花火|手紙|夕立|風鈴|渡り鳥|夜更け",
        "湖畔の郵便局|紙ひこうき連合会|夜行フェリー図書室|かもめ補習クラブ|霧笛ノート",
    ),
    "ka": _language(
        "{} და {}", "ნისლი|ნავი|წვიმა|ტბა|ნაპირი|თოლია|ქარი|ზაფხული", "ტბის წერილები|ქაღალდის ნავი"
    ),
    "ko": _language(
        "{} 그리고 {}",
        "안개|등대|종이배|빗소리|갈매기|달빛|편지|여름|나루터|바람|새벽|우산",
        "호수 우체국|종이배 연합|새벽 나루터|물안개 다이어리",
    ),
    "pl": _language(
        "{} i {}",
        "mgła|łódź|źródło|świt|deszcz|brzeg|ważka|żagiel|cisza|wiatr|most|list",
        "Łucja Zamglona|Chór Śpiących Łodzi|Żółte Kajaki|Błażej Przystań",
    ),
    "pt": _language(
        "{} e {}",
        "a névoa|o farol|as ondas|o cais|a canoa|o verão|a chuva|o coração|a carta|o vento|a ponte",
        "Maré de Papel|Conceição Brejo|Os Vaga-lumes Cansados|Inês Sargaço",
    ),
    "ru": _language(
        "{} и {}",
        "туман|лодка|причал|дождь|чайка|берег|маяк|лето|тишина|ветер|письмо|мост",
        "Тихий Причал Два|Бумажные Цапли|Варвара Омутова|Хор Усталых Паромов",
    ),
    "sv": _language(
        "{} och {}",
        "dimman|bryggan|sjön|åskan|ön|vassen|måsen|sommaren|ljuset|vinden|brevet|natten",
        "Åsa Vassdotter|Trötta Färjor|Sjöbodens Ungar|Örjan Dimblå",
    ),
    "th": _language(
        "{}กับ{}", "หมอก|เรือ|ฝน|ทะเลสาบ|ประภาคาร|จดหมาย|หิ่งห้อย|สายลม|สะพาน", "เรือกระดาษสีส้ม|หมอกริมบึง"
    ),
    "tr": _language(
        "{} ve {}",
        "sis|göl|ışık|martı|yağmur|gece|kayık|rüzgâr|köprü|mektup|yaz|fener",
        "Çağla Gölkıyı|Yorgun Martılar|İskele Işıkları|Şule Kayık",
    ),
    "vi": _language(
        "{} và {}",
        "sương|hồ|thuyền|mưa|ánh trăng|bến đò|gió|đom đóm|mùa hè|lá thư|chiếc cầu",
        "Hồ Sen Muộn|Thuyền Giấy Đỏ|Nhóm Chuồn Chuồn|Đỗ Sương Mai",
    ),
    "zh": _language(
        "{}与{}",
        "雾|灯塔|纸船|雨声|海鸥|月光|渡口|夏天|信|晚风|桥|萤火",
        "纸船电台|湖心邮差|雾中渡口|打瞌睡的鹭鸶",
    ),
}
