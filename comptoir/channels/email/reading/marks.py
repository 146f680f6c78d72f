"""The words mail programs put between an answer and what it answers, in the languages customers' programs speak."""

import re

LONGEST_LINE = 500

# "On … Nour wrote:" and its sisters: what opens it, and the verb near its end.
OPENERS = (
    r"On|Le|El|Am|Op|Em|Il|Den|På|Dnia|W dniu|Dne|Dňa|Il giorno|Em|A|På|Пн|Вт|Ср|Чт|Пт|Сб|Вс|Am|Pe|La|Ngày|Tanggal|在|于|於|"
    r"(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun|ma|ti|on|to|fr|lø|sø|tir|ons|tor|man|fre|lør|søn|mån|tis|lör|sön)\.?"
)
VERBS = (
    r"wrote|writes|a écrit|à écrit|a ecrit|écrivait|schrieb|schreibt|schreef|geschreven|escribió|escribio|escrib[íi]a|escreveu|"
    r"ha scritto|scrisse|skrev|skreiv|napisał(?:\(a\)|a)?|pisze|kirjoitti|írta|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|"
    r"пишет|писал(?:а)?|a scris|yazdı|写道|寫道|写|wrotе|đã viết|menulis|έγραψε|napisao|je napisao|έγραψε|כתב|のメッセージ|作成|"
    r"het volgende geschreven|va escriure|schreef het volgende|folgendes geschrieben|rakstīja|rašė|さんは書きました|님이 작성"
)
OPENING = re.compile(
    rf"^[\s*_-]{{0,12}}(?:(?:{OPENERS})\b|(?:在|于|於)|\d{{1,4}}[./年-]|\d{{1,2}}:\d\d|[\"'\w][^\n]{{0,40}}\d{{4}})",
    re.IGNORECASE,
)
WROTE = re.compile(
    rf"(?:^|[\s\"'>,)])(?:{VERBS})(?P<rest>[^:：\n]{{0,80}}(?:\d{{1,2}}[:.]\d\d[^:：\n]{{0,40}})?)[:：]?\s*[*_]{{0,3}}$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s<>@:]{1,64}@[^\s<>@:]{1,200}|@\S+ via ")
DATED = re.compile(r"\d{1,2}[:.hH]\d\d|\d{4}|\d{1,2}[./-]\d{1,2}|\d{1,2}\.?\s+\w{3,}")
DATE_THEN_ADDRESS = re.compile(r"(?:\d{1,2}[:.]\d\d|\d{4}).{0,200}<[^<>\s]{1,64}@[^<>]{1,200}>[)>]?\s?[:：]$")
SENTENCE_END = re.compile(r"[^\W\d_]{4,}[.!?]$|[!?]$")
GOOGLE_DATE = re.compile(r"^\d{4}[/-]\d{1,2}[/-]\d{1,2}\s.{0,200}<[^<>\s]{1,64}@[^<>]{1,200}>:?$")

# A block of headers copied into the text.
FROM = r"from|de|von|van|da|fra|från|od|от|от кого|kimden|feladó|lähettäjä|差出人|发件人|寄件者|보낸 사람|afsender|expéditeur|mittente|remitente|di"
SENT = (
    r"sent|date|envoyé|envoyé le|envoyée|message du|date d'envoi|gesendet|datum|verzonden|fecha|enviado|enviado el|enviada em|data|inviato|"
    r"sendt|dato|skickat|wysłano|data wysłania|отправлено|дата|gönderilme|送信日時|发送时间|日期|보낸 날짜|lähetetty|päivämäärä|odesláno|am"
)
TO = r"to|à|a|pour|destinataire|an|aan|para|per|til|till|do|кому|kime|címzett|宛先|收件人|받는 사람|vastaanottaja|komu"
SUBJECT = r"subject|objet|sujet|betreff|onderwerp|asunto|assunto|oggetto|emne|ämne|temat|тема|konu|tárgy|件名|主题|主旨|제목|aihe|předmět"
OTHER = r"cc|copie|copie à|kopie|kopi|kopia|kopio|reply-to|répondre à|antwort an|bcc|cci|importance|priorité|kopia do|copia|attachments|pièces jointes|attachements"
LABEL = re.compile(
    rf"^[\s*_|]{{0,8}}(?:(?P<sender>{FROM})|(?P<sent>{SENT})|(?P<to>{TO})|(?P<subject>{SUBJECT})|(?P<other>{OTHER}))"
    r"[*_]{0,3}(?:\s|\xa0){0,3}[:：][*_]{0,3}(?:\s|\xa0|$|(?=\S))(?P<value>.{0,1000})$",
    re.IGNORECASE,
)
RULE = re.compile(r"^[\s*>]{0,8}[-_=—–]{3,}[\s*]{0,8}$")

# Lines that say so in as many words.
ORIGINAL = re.compile(
    r"^[\s>*_]{0,8}[-_=]{2,}\s{0,3}(?:original message|original e-?mail|message d['’]origine|message original|mail original|message initial|"
    r"original-?nachricht|ursprüngliche nachricht|oorspronkelijk(?:e)? bericht|origineel bericht|mensaje original|mensagem original|"
    r"messaggio originale|oprindelig (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande|original ?meddelande|reply message|"
    r"wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|alkuperäinen viesti|eredeti üzenet|původní zpráva|原始邮件|原始郵件|"
    r"reply above this line|message de départ|message reçu)",
    re.IGNORECASE,
)
FORWARD = re.compile(
    r"^[\s>*_]{0,8}(?:[-_=]{2,}\s{0,3}(?:forwarded (?:message|mail|by)|message transféré|message réexpédié|courriel transféré|transféré par|"
    r"message transmis|weitergeleitete nachricht|weitergeleitete mail|doorgestuurd bericht|mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|"
    r"messaggio inoltrato|videresendt (?:besked|melding|meddelelse)|vidarebefordrat (?:meddelande|mejl)|wiadomość przekazana|przekazana wiadomość|"
    r"пересылаемое сообщение|перенаправленное сообщение|edelleenlähetetty viesti|välitetty viesti|továbbított üzenet|přeposlaná zpráva|转发邮件|轉寄郵件)"
    r"|(?:begin forwarded message|début du message (?:réexpédié|transféré)|anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    r"begin doorgestuurd bericht|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:encaminhada|reencaminhada)|"
    r"start på videresendt besked|vidarebefordrat brev|påbörjat vidarebefordrat meddelande|videresendt melding)\s?[:：]"
    r"|(?:this is a forwarded message|ceci est un message transféré)\s*$)",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*\[?(?:fwd?|tr|wg|doorst|rv|enc|i|vs|vb|pd|továbbítás|转发|пересл)\s?[:：]|^\s*\[fwd", re.IGNORECASE
)
ABOVE_THIS_LINE = re.compile(
    r"^\W{0,20}(?:please (?:type|write) your reply above this line|(?:reply|write) above this line|"
    r"(?:merci de )?répond(?:re|ez) au[- ]dessus de cette ligne|veuillez répondre au[- ]dessus|antworten sie (?:bitte )?über dieser (?:linie|zeile)|"
    r"antwoord boven deze (?:lijn|regel))",
    re.IGNORECASE,
)

# Signatures.
DELIMITER = re.compile(r"^\s{0,3}(?:--|-- |—+|––+|_{5,})\s{0,3}$")
DASHES = re.compile(r"^\s{0,3}[-*~=#]{3,}\s{0,3}$")
CONTACT = re.compile(r"(?:\+|\b0)\d[\d .()/-]{6,}|@|https?://|\bwww\.|\bt[ée]l\b", re.IGNORECASE)
PROGRAMS = (
    r"iphone|ipad|ipod|android\w*|samsung|galaxy|blackberry|windows|outlook|yahoo|huawei|xiaomi|redmi|oneplus|mobile|mobil|mobiltelefon|nokia|"
    r"htc|sony|lg|pixel|google|gmail|smartphone|handy|telefoon|téléphone|tablette|tablet|proton ?mail|thunderbird|aol|orange|k-?9|gmx|web\.de|"
    r"laposte|sfr|bbox|hotmail|spark|airmail|zimbra|fairmail|aquamail|nine|mailbird|ionos|phone|mail for|mail pour|mail voor|mail für"
)
SENT_WITH = (
    r"(?:sent|envoyée?|expédiée?|écrit|gesendet|verzonden|verstuurd|enviado|inviato|sendt|skickat|wysłan[eo]|отправлено|lähetetty|odesláno|trimis)"
    r"(?: [^\W\d_]{2,10})? (?:from|via|with|using|by|de|depuis|à partir|avec|par|von|mit|über|vanaf|met|desde|con|da|do|fra|från|med|z|с)\b"
)
# A sentence may begin the same way ("Sent from my desk, which is easier"): a verb in it tells them apart.
DEVICE = re.compile(
    r"^[\s*_>\[(]{0,8}(?![^\n]{0,200}\b(?:is|was|est|which|qui)\b)"
    rf"(?:(?:{SENT_WITH}|diese nachricht wurde|von meine[mr]?\b|från min\b|este mensaje fue enviado)"
    rf"[^.!?\n]{{0,40}}\b(?:{PROGRAMS})\b[^.!?\n]{{0,80}}[.\]) *_]{{0,4}}(?:<[^<>]{{0,200}}>)?\s*$"
    r"|(?:get|télécharge[rz]?|obtenir|obtenez|download|holen sie sich|laden sie|descarga|scarica|obtén|hent|hämta|pobierz|haal)\b"
    r"[^.!?\n]{0,30}\boutlook\b.{0,200}$|outlook (?:for|pour|für|voor|para|per) (?:ios|android)\b.{0,200}$"
    r"|(?:provenance ?: ?)?courrier pour windows.{0,60}$|(?:garanti )?sans virus[ .:].{0,80}$|virus-free[ .:].{0,80}$|virenfrei[ .:].{0,80}$"
    r"|iphone'umdan gönderildi|iPhoneから送信|从我的 ?iphone ?发送)",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"^[\s*_]{0,4}(?:(?:bien |très )?(?:cordialement|amicalement|sincèrement|respectueusement)(?: (?:vôtre|à vous))?|cdlt|cdt|crdlt|"
    r"bien à (?:vous|toi)|salutations(?: (?:distinguées|cordiales|les meilleures|respectueuses))?|(?:mes |nos )?(?:meilleures|sincères|cordiales|respectueuses) salutations|"
    r"(?:avec )?(?:mes|nos) (?:meilleures |sincères |cordiales |respectueuses )?salutations|"
    r"(?:(?:with )?(?:best|kind|warm|kindest|warmest) )(?:regards|wishes)|regards|many regards|rgds|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|"
    r"cheers|respectfully|(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|schönen?|viele[nr]?) (?:grüße?n?|grüssen?|gruß|gruss)|mfg|lg|vg|hochachtungsvoll|"
    r"(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en|jes)?|groet(?:en|jes)?|mvg|hoogachtend|"
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cordiali saluti|distinti saluti|saluti|atenciosamente|abraços?|cumprimentos|"
    r"(?:med )?(?:venlig|vennlig|vänlig|vänliga|bästa|hjertelig|de bedste) (?:hilsen|hälsning(?:ar)?|hilsner)|hilsen|hälsningar|mvh|vh|"
    r"(?:z )?(?:poważaniem|powazaniem)|pozdrawiam|z pozdrowieniami|pozdrowienia|с уважением|ystävällisin terveisin|terveisin|üdvözlettel|s pozdravem|以上|よろしくお願いいたします)"
    r"[\s,.!*_~:;👋🙂😊🎉-]{0,8}$",
    re.IGNORECASE,
)
NAME = r"[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\w'’.-]{0,30}"
SIGNED = re.compile(rf"^\s{{0,3}}(?:[-/~]{{1,2}}|[–—]\s?){NAME}(?: {NAME}){{0,2}}\s{{0,3}}$")
# Under "Cordialement", what is still part of the message.
TELLS = re.compile(
    r"\b(?:commandes?|order|facture|invoice|bestelling|rechnung|réf(?:érence)?|ref|n°|p\.?s\.?|post-?scriptum|devis|dossier)(?:\b|\s|:)",
    re.IGNORECASE,
)
ANSWER_SUBJECT = re.compile(
    r"^\s*(?:re|ré|rép|aw|antw|sv|odp|rif|ynt|vá|ref)\s?(?:\[\d{1,3}\])?\s?[:：]", re.IGNORECASE
)
DISCLAIMER = re.compile(
    r"^[\s*_]{0,4}(?:ce (?:message|courriel|mail|courrier électronique)(?:,)? (?:et|ainsi que|contient|est|peut)\b.{0,80}(?:pièces? jointes?|confidenti|destinataire)|"
    r"this (?:e-?mail|message)(?: message)?(?:,)? (?:and|is|contains|may)\b.{0,100}(?:attachment|confidential|intended|privileged)|"
    r"diese (?:e-?mail|nachricht)\b.{0,80}(?:vertraulich|bestimmt)|dit (?:e-?mail)?bericht\b.{0,80}(?:vertrouwelijk|bestemd)|"
    r"(?:pensez à l['’]environnement|avant d['’]imprimer|n['’]imprimez ce|please consider the environment|p before printing)|"
    r"(?:l['’]absence de virus dans ce|cet e-?mail a été vérifié par))",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(
    r"^(?:.{1,80}mailing list|to unsubscribe\b.{0,100}|pour se désabonner\b.{0,100})$", re.IGNORECASE
)
