"""Words for the living page in each script it is shown in. Not translations: samples of what people write."""

from typing import Any

PEOPLE = {
    "en": ["Rupa Chakraborty", "Arjun Menon", "Kamal Ahmed", "Lakshmi Narayanan", "Grace Thompson"],
    "bn": ["রূপা চক্রবর্তী", "অর্জুন মেনন", "কামাল আহমেদ", "লক্ষ্মী নারায়ণন", "মোঃ আব্দুর রহমান"],
    "ta": ["ரூபா சக்ரவர்த்தி", "அர்ஜுன் மேனன்", "கமல் அகமது", "லட்சுமி நாராயணன்", "முருகன் செல்வம்"],
    "ar": ["روبا تشاكرابورتي", "أرجون مينون", "كمال أحمد", "لاكشمي نارايانان", "محمد عبد الرحمن"],
}
WORDS = {
    "en": {
        "company": "Meghna Textiles",
        "city": "Sylhet",
        "call": "Inbound call, 6 min 12 s",
        "said": "Asked why the refund is late. Promised an answer by Thursday.",
        "mail": "Mail about the annual plan",
        "wrote": "Sent the offer with three variants and asked for a date to talk.",
        "note": "Note",
        "noted": "Prefers to be called after five in the afternoon.",
        "overdue": "Overdue",
        "active": "Active customer",
        "new": "New",
        "owner": "Owner",
        "today": "Today",
        "yesterday": "Yesterday",
    },
    "bn": {
        "company": "মেঘনা টেক্সটাইলস",
        "city": "সিলেট",
        "call": "ইনবাউন্ড কল, ৬ মি. ১২ সে.",
        "said": "ফেরত দেরি হওয়ার কারণ জানতে চেয়েছেন। বৃহস্পতিবারের মধ্যে উত্তর দেওয়ার প্রতিশ্রুতি।",
        "mail": "বার্ষিক পরিকল্পনা নিয়ে ই-মেইল",
        "wrote": "তিনটি বিকল্পসহ প্রস্তাব পাঠানো হয়েছে, কথা বলার তারিখ চাওয়া হয়েছে।",
        "note": "নোট",
        "noted": "বিকেল পাঁচটার পরে ফোন করা পছন্দ করেন।",
        "overdue": "সময় পেরিয়েছে",
        "active": "সক্রিয় গ্রাহক",
        "new": "নতুন",
        "owner": "দায়িত্বে",
        "today": "আজ",
        "yesterday": "গতকাল",
    },
    "ta": {
        "company": "மேக்னா டெக்ஸ்டைல்ஸ்",
        "city": "சென்னை",
        "call": "உள்வரும் அழைப்பு, 6 நி. 12 வி.",
        "said": "பணம் திரும்ப வருவது ஏன் தாமதம் என்று கேட்டார். வியாழனுக்குள் பதில் தருவதாக உறுதி அளிக்கப்பட்டது.",
        "mail": "ஆண்டுத் திட்டம் பற்றிய மின்னஞ்சல்",
        "wrote": "மூன்று வகைகளுடன் சலுகை அனுப்பப்பட்டது; பேச ஒரு தேதி கேட்கப்பட்டது.",
        "note": "குறிப்பு",
        "noted": "மாலை ஐந்து மணிக்குப் பிறகு அழைப்பதை விரும்புகிறார்.",
        "overdue": "காலம் கடந்தது",
        "active": "செயலில் உள்ள வாடிக்கையாளர்",
        "new": "புதிது",
        "owner": "பொறுப்பாளர்",
        "today": "இன்று",
        "yesterday": "நேற்று",
    },
    "ar": {
        "company": "ميغنا للمنسوجات",
        "city": "سيلهيت",
        "call": "مكالمة واردة، ٦ د ١٢ ث",
        "said": "سألت عن سبب تأخر الاسترداد. وُعدت بالرد قبل الخميس.",
        "mail": "رسالة عن الخطة السنوية",
        "wrote": "أُرسل العرض بثلاثة خيارات وطُلب موعد للحديث.",
        "note": "ملاحظة",
        "noted": "تفضل الاتصال بعد الخامسة مساءً.",
        "overdue": "متأخر",
        "active": "عميل نشط",
        "new": "جديد",
        "owner": "المسؤول",
        "today": "اليوم",
        "yesterday": "أمس",
    },
}
_PHONES = ["+880 1712 345678", "+91 98400 12345", "+880 1819 112233", "+91 44 2345 6789", "+44 20 7946 0958"]
_STATES = [
    ("active", "success"),
    ("new", "info"),
    ("overdue", "danger"),
    ("active", "success"),
    ("new", "info"),
]


def sample_context(language: str) -> dict[str, Any]:
    """People, words and rows of the living page in one language."""
    words, people = WORDS[language], PEOPLE[language]
    rows = [
        {"id": place, "name": name, "phone": phone, "state": words[state], "tone": tone}
        for place, (name, phone, (state, tone)) in enumerate(zip(people, _PHONES, _STATES, strict=True), 1)
    ]
    conflict = [
        {
            "name": "name",
            "label": words["owner"],
            "before": people[0],
            "theirs": people[1],
            "yours": people[2],
            "conflict": True,
        },
        {
            "name": "city",
            "label": words["city"],
            "before": words["city"],
            "theirs": words["city"],
            "yours": words["company"],
            "conflict": False,
        },
    ]
    twins = [
        {"name": "owner", "label": words["owner"], "mine": people[0], "theirs": people[1], "clash": True},
        {
            "name": "company",
            "label": words["company"],
            "mine": words["company"],
            "theirs": "",
            "clash": False,
        },
    ]
    twin_lists = [{"label": words["city"], "sides": ([words["city"]], [])}]
    menu = [
        {
            "entry": {"label": label, "icon": icon, "group": group, "hotkey": key},
            "url": f"#{group}-{key}",
            "open": key == "g c",
        }
        for label, icon, group, key in (
            (words["today"], "sun", "work", "g d"),
            (words["call"], "inbox", "work", "g i"),
            (people[0], "users", "records", "g c"),
            (words["company"], "building-2", "records", "g o"),
            (words["owner"], "sliders-horizontal", "settings", "g s"),
        )
    ]
    return {
        "words": words,
        "people": people,
        "rows": rows,
        "conflict": conflict,
        "twins": twins,
        "twin_lists": twin_lists,
        "menu": menu,
    }
