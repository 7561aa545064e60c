"""What is asked where a survey has no words of its own: {kind: {language: (question, at the lowest score, at the highest)}}."""

from __future__ import annotations

from bandhu.feedback.scales import SurveyKind

QUESTIONS = {
    SurveyKind.CSAT: {
        "en": ("How satisfied were you with our help?", "Not at all", "Very"),
        "bn": ("আমাদের সেবায় আপনি কতটা সন্তুষ্ট?", "একেবারেই না", "খুবই"),
        "ta": ("எங்கள் உதவி உங்களுக்கு எவ்வளவு நிறைவளித்தது?", "சிறிதும் இல்லை", "மிகவும்"),
    },
    SurveyKind.NPS: {
        "en": ("How likely are you to recommend us to a friend or colleague?", "Not likely", "Very likely"),
        "bn": ("বন্ধু বা সহকর্মীকে আমাদের কথা বলার সম্ভাবনা কতটা?", "একেবারেই নেই", "খুব বেশি"),
        "ta": (
            "எங்களை ஒரு நண்பருக்கோ உடன் பணிபுரிபவருக்கோ பரிந்துரைப்பீர்களா?",
            "மாட்டேன்",
            "கண்டிப்பாகப் பரிந்துரைப்பேன்",
        ),
    },
    SurveyKind.CES: {
        "en": ("It was easy to get my question answered.", "I disagree", "I agree"),
        "bn": ("আমার সমস্যার সমাধান সহজেই পেয়েছি।", "একমত নই", "একমত"),
        "ta": ("என் கேள்விக்கு எளிதாக விடை கிடைத்தது.", "உடன்பாடில்லை", "உடன்படுகிறேன்"),
    },
}
