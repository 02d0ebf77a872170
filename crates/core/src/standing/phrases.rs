//! What pages write around their content, in the languages of the vocabulary, folded as
//! [`fold`](crate::value::fold) does.

/// What directories and comparisons of many things offer to their visitors.
#[rustfmt::skip]
pub(super) const DIRECTORY: &[&str] = &[
    "add an entry", "add entry", "add a listing", "add listing", "add your listing", "add your business", "add a business", "list your business",
    "add a place", "add a company", "add company", "submit a listing", "submit your site", "claim this business", "claim this listing",
    "claim this page", "claim this profile", "claim your business", "claim your listing", "is this your business", "own this business",
    "are you the owner", "for owners", "for business owners", "for businesses", "correct an entry", "suggest an edit", "suggest a change",
    "report an error", "report incorrect data", "report a problem with this listing", "update this listing", "edit this entry",
    "advertise with us", "all categories", "browse categories", "browse by category", "compare prices", "price alert", "price alerts",
    "price history", "price comparison", "nearby and similar", "similar places", "similar companies", "similar businesses", "nearby places",
    "saved searches", "write a review", "be the first to review", "added by a", "added by a visitor", "user contributed", "popular searches",
    "eintrag hinzufugen", "eintrag bearbeiten", "eintrag melden", "firma eintragen", "unternehmen eintragen", "kostenlos eintragen",
    "eintrag andern", "fehler melden", "alle kategorien", "preisvergleich", "preisalarm", "preisverlauf", "ahnliche firmen", "ahnliche orte",
    "ahnliche unternehmen", "sind sie der inhaber", "fur inhaber", "bewertung schreiben", "alle branchen", "branchenbuch", "firmenverzeichnis",
    "ajouter une fiche", "ajouter une entreprise", "ajouter un lieu", "signaler une erreur", "modifier cette fiche", "revendiquer cette fiche",
    "vous etes le proprietaire", "toutes les categories", "comparer les prix", "comparateur de prix", "alerte prix", "entreprises similaires",
    "rediger un avis", "annuaire des entreprises", "anadir empresa", "anade tu empresa", "anadir negocio", "sugerir un cambio", "informar de un error",
    "reclamar este negocio", "eres el propietario", "todas las categorias", "comparar precios", "alerta de precio", "empresas similares",
    "escribir una opinion", "directorio de empresas", "aggiungi attivita", "aggiungi la tua azienda", "aggiungi azienda", "segnala un errore",
    "suggerisci una modifica", "sei il proprietario", "tutte le categorie", "confronta prezzi", "confronta i prezzi", "aziende simili",
    "scrivi una recensione", "elenco aziende", "adicionar empresa", "adicione sua empresa", "sugerir uma edicao", "reportar erro", "e o proprietario",
    "todas as categorias", "comparar precos", "empresas semelhantes", "escrever uma avaliacao", "bedrijf toevoegen", "bedrijf aanmelden",
    "wijziging doorgeven", "fout melden", "bent u de eigenaar", "alle categorieen", "prijzen vergelijken", "prijsvergelijker",
    "vergelijkbare bedrijven", "schrijf een review", "bedrijvengids", "dodaj firme", "dodaj wpis", "zglos blad", "zaproponuj zmiane",
    "jestes wlascicielem", "wszystkie kategorie", "porownaj ceny", "porownywarka cen", "podobne firmy", "napisz opinie", "katalog firm",
];

/// What forums write beside contributions.
#[rustfmt::skip]
pub(super) const FORUM: &[&str] = &[
    "reply to this topic", "reply to thread", "quote this post", "report post", "new topic", "new thread", "thread starter", "original poster",
    "log in to reply", "sign in to reply", "joined", "posts", "last post", "best answer", "mark as solution", "upvote", "downvote", "beitrage",
    "antworten auf dieses thema", "neues thema", "letzter beitrag", "mitglied seit", "repondre au sujet", "nouveau sujet", "dernier message",
    "messages", "inscrit le", "responder al tema", "nuevo tema", "ultimo mensaje", "mensajes", "registrado", "rispondi alla discussione",
    "nuova discussione", "ultimo messaggio", "messaggi", "iscritto", "responder ao topico", "novo topico", "ultima mensagem", "mensagens",
    "reageer op dit onderwerp", "nieuw onderwerp", "laatste bericht", "berichten", "lid sinds", "odpowiedz na temat", "nowy temat", "ostatni post",
    "dolaczyl", "posty",
];

/// How encyclopedias call themselves.
#[rustfmt::skip]
pub(super) const REFERENCE: &[&str] = &[
    "free encyclopedia", "encyclopaedia", "freie enzyklopadie", "encyclopedie libre", "enciclopedia libre", "enciclopedia libera",
    "enciclopedia livre", "vrije encyclopedie", "wolna encyklopedia",
];

/// Names of public registers, in the name of a site.
#[rustfmt::skip]
pub(super) const REGISTER: &[&str] = &[
    "companies house", "company register", "business register", "companies register", "commercial register", "land register", "register office",
    "national register", "national statistics", "statistical office", "census bureau", "handelsregister", "unternehmensregister", "firmenbuch",
    "statistisches amt", "statistisches bundesamt", "registre du commerce", "registre national", "registro mercantil", "registro imprese",
    "registo comercial", "handelsregister kvk", "krajowy rejestr sadowy", "urzad statystyczny",
];

/// Words that stand before the date as of which a page speaks.
#[rustfmt::skip]
pub(super) const AS_OF: &[&str] = &[
    "as of", "as at", "current as of", "correct as of", "data as of", "data from", "figures from", "figures for", "snapshot of", "snapshot from",
    "last updated", "last updated on", "updated", "updated on", "last update", "last change", "last changed", "last modified", "last modified on",
    "modified on", "last edited", "last edited on", "last reviewed", "reviewed on", "last checked", "checked on", "checked in", "last seen",
    "last seen on", "last verified", "verified on", "verified in", "valid from", "valid since", "effective", "effective from", "in force since",
    "retrieved", "retrieved on", "accessed on", "archived on", "entry of", "entry from", "record of", "status as of", "version of", "edition of",
    "price list of", "prices from", "posted on", "published on", "published",
    "stand", "stand vom", "stand von", "datenstand", "aktualisiert", "aktualisiert am", "zuletzt aktualisiert", "zuletzt aktualisiert am",
    "letzte aktualisierung", "letzte anderung", "zuletzt geandert am", "zuletzt gepruft", "zuletzt gepruft am", "gepruft am", "gultig ab",
    "gultig seit", "veroffentlicht am", "eintrag vom", "angaben von", "angaben aus", "abgerufen am",
    "mis a jour", "mis a jour le", "mise a jour", "mise a jour le", "derniere mise a jour", "derniere mise a jour le", "a jour au", "au",
    "etat au", "donnees de", "donnees au", "verifie le", "valable a partir du", "publie le", "en vigueur depuis", "consulte le",
    "actualizado", "actualizado el", "actualizado en", "ultima actualizacion", "datos de", "datos a", "verificado el", "vigente desde",
    "publicado el", "consultado el",
    "aggiornato al", "aggiornato il", "aggiornata al", "aggiornamento", "ultimo aggiornamento", "dati al", "dati del", "verificato il", "valido dal",
    "in vigore dal", "pubblicato il", "consultato il",
    "atualizado em", "atualizado a", "ultima atualizacao", "dados de", "verificado em", "valido desde", "em vigor desde", "publicado em",
    "bijgewerkt", "bijgewerkt op", "laatst bijgewerkt", "laatst bijgewerkt op", "laatste wijziging", "stand van", "peildatum", "gegevens van",
    "gecontroleerd op", "geldig vanaf", "gepubliceerd op",
    "aktualizacja", "ostatnia aktualizacja", "zaktualizowano", "stan na", "stan na dzien", "dane z", "sprawdzono", "obowiazuje od", "opublikowano",
];
