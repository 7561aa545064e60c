"""The words signatures begin with and consist of, in the languages mails come in; folded as `names.folding.tokens` folds them."""

from __future__ import annotations

from bandhu.platform.names.folding import tokens


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in tokens(line))


# Of a closing line at least one word is of CORE, and every word is of CLOSING.
CORE = _words(
    "thanks thank thankyou thx regards wishes sincerely faithfully truly cheers respectfully cordially greetings best yours",
    "ধন্যবাদ ধন্যবাদান্তে ধন্যবাদসহ শুভেচ্ছা শুভেচ্ছান্তে শুভেচ্ছাসহ শুভকামনা বিনীত নিবেদক ইতি শ্রদ্ধা শ্রদ্ধাসহ শ্রদ্ধান্তে সালামান্তে বিনীতভাবে",
    "நன்றி நன்றிகள் நன்றியுடன் அன்புடன் இப்படிக்கு வாழ்த்துகள் வாழ்த்துக்கள் மரியாதையுடன் வணக்கத்துடன்",
    "धन्यवाद सादर भवदीय शुभकामनाएं शुक्रिया grüße grüßen grüssen gruß danke dank mfg cordialement salutations merci bien saludos atentamente gracias",
    "cordiais cumprimentos atenciosamente obrigado obrigada cordiali saluti grazie groet groeten bedankt hälsningar hilsen tack takk tak",
    "уважением спасибо pozdrawiam poważaniem dziękuję saygılarımla teşekkürler salam hormat kasih 此致 敬礼 谢谢 よろしくお願いします 敬具 감사합니다 드림",
)
CLOSING = CORE | _words(
    "with and many my our kind kindest warm warmest very much so a lot again you in advance for all the yours your sincere friendly",
    "অনেক অসংখ্য আন্তরিক আপনার আপনাকে আপনাদের বিশ্বস্ত সহ ও এবং একান্ত সশ্রদ্ধ অশেষ",
    "மிக்க மிகவும் பல மற்றும் தங்கள் உண்மையுள்ள உங்கள் மனமார்ந்த",
    "आपका बहुत mit freundlichen freundliche vielen beste herzliche liebe viele bien meilleures avec sincères un cordial muchas con muito um distinti",
    "met vriendelijke vriendelijk med vänliga vennlig venlig с большое z serdecznie terima",
)
# Between words with capitals.
LINKING = frozenset(
    [
        "of",
        "and",
        "the",
        "for",
        "at",
        "in",
        "by",
        "de",
        "del",
        "della",
        "der",
        "den",
        "des",
        "di",
        "do",
        "dos",
        "da",
        "du",
        "la",
        "le",
        "les",
        "et",
        "e",
        "y",
        "und",
        "von",
        "van",
        "zu",
        "bin",
        "al",
        "el",
        "el-",
        "ul",
        "ur",
        "www",
    ]
)
# Who reads an address like info@ is nobody by that name.
NO_PERSON = _words(
    "info sales support office admin mail contact hello noreply no reply accounts service services team help billing orders shop care"
)
# What titles, companies and places do not say: a line with one of these speaks to the reader.
SAID = _words(
    "please pls plz kindly see call look check here yes not ok okay urgent asap ps pps nb we you i is are was were will would can could should",
    "it this that if when because but want need must give bring send sent pay paid wait stop cancel help reply answer tomorrow today tonight",
    "now soon asap attached enclosed below above order orders invoice invoices ticket quantity qty price total amount password pin otp kg pcs",
    "অনুগ্রহ দয়া জরুরি আমি আমার আমাদের আপনি আজ কাল এখন হ্যাঁ না নেই টাকা কেজি অর্ডার চালান পাঠান পাঠাবেন করুন দিন আসুন জানান",
    "தயவு அவசரம் நான் என் எங்கள் நீங்கள் இன்று நாளை இப்போது ஆம் இல்லை வேண்டும் ரூபாய் கிலோ அனுப்பவும் செய்யவும் வாருங்கள்",
)
# In scripts without capitals a title is known by its words.
ROLES = _words(
    "ব্যবস্থাপক ব্যবস্থাপনা পরিচালক চেয়ারম্যান সভাপতি কর্মকর্তা নির্বাহী প্রকৌশলী হিসাবরক্ষক অধ্যাপক স্বত্বাধিকারী প্রোপ্রাইটর ম্যানেজার অফিসার",
    "লিমিটেড কোম্পানি কোং ট্রেডার্স এন্টারপ্রাইজ স্টোর স্টোরস ব্রাদার্স ফাউন্ডেশন বিশ্ববিদ্যালয়",
    "மேலாளர் இயக்குநர் இயக்குனர் தலைவர் அலுவலர் பொறியாளர் உரிமையாளர் நிறுவனர் கணக்காளர் நிர்வாகி",
    "லிமிடெட் நிறுவனம் டிரேடர்ஸ் டிரேடிங் என்டர்பிரைசஸ் ஸ்டோர்ஸ் பிரைவேட்",
)
STREETS = _words(
    "house road rd street st avenue ave lane floor flat block sector building plot suite tower box straße strasse rue calle",
    "বাড়ি বাসা রোড সড়ক লেন ব্লক সেক্টর ফ্ল্যাট তলা தெரு சாலை மாடி",
)
LABELS = _words(
    "tel telephone phone ph mob mobile cell fax direct office email e mail web website www url t m p f w o c d whatsapp skype imo viber",
    "telefon mobil tél téléphone móvil teléfono тел телефон моб",
    "ফোন মোবাইল ইমেইল ইমেল ওয়েব ওয়েবসাইট হোয়াটসঅ্যাপ ফ্যাক্স টেলিফোন தொலைபேசி கைபேசி மின்னஞ்சல் இணையதளம் போன் மொபைல் வாட்ஸ்அப்",
)
# Beginnings of words that speak of what stands below them: of a number, of an address, of a name or of anything.
OF_CALLS = tuple(
    _words(
        "call phone ring number dial contact reach whatsapp telephone mobile sms email mail write website link visit page",
        "ফোন কল নম্বর নাম্বার যোগাযোগ মোবাইল হোয়াটসঅ্যাপ ইমেইল লিংক অ্যাকাউন্ট ঠিকানা அழை போன் எண் தொடர்பு மொபைல் வாட்ஸ்அப் கைபேசி தொலைபேசி மின்னஞ்சல் இணைப்பு முகவரி",
    )
)
OF_PLACES = tuple(
    _words(
        "deliver ship send post address courier parcel visit meet come bring invoice bill",
        "ঠিকানা পাঠা ডেলিভারি বাসায় বাড়িতে আসুন আসবেন কুরিয়ার পৌঁছ முகவரி அனுப்ப டெலிவரி வீட்டு வாருங்கள் கொரியர்",
    )
)
OF_NAMES = tuple(
    _words(
        "name below following underneath beneath detail attention sign print",
        "নাম নিচে নীচে নিম্নে বিস্তারিত স্বাক্ষর পরিচয় பெயர் கீழே கீழ்க்கண்ட விவர",
    )
)
