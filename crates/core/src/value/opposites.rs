//! Pairs of opposites that a yes-or-no column can ask about: public and private, in stock and sold out.

/// Two opposites, folded. A phrase that contains one of the other side stands for its own side.
pub(crate) struct Opposites {
    pub(crate) yes: &'static [&'static str],
    pub(crate) no: &'static [&'static str],
    /// Words of a column's name or description that mention the pair without taking a side.
    pub(crate) topic: &'static [&'static str],
    /// Words that limit what a text says to some cases, so that it takes neither side.
    pub(crate) limits: &'static [&'static str],
}

/// Words for some days only, folded and without plural endings.
#[rustfmt::skip]
const DAYS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
    "dimanche", "lune", "marte", "miercole", "jueve", "vierne", "sabado", "domingo", "lunedi", "martedi", "mercoledi",
    "giovedi", "venerdi", "sabato", "domenica", "maandag", "zondag", "holiday", "feiertag", "winter", "summer", "season",
];

/// Words for some people or some days only.
#[rustfmt::skip]
const SOME_PEOPLE: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonntag", "dimanche", "domingo", "domenica", "zondag", "child", "children",
    "kid", "under", "member", "student", "senior", "resident", "except", "first", "kind", "kinder", "unter", "mitglieder",
    "ausser", "enfant", "moin", "membre", "sauf", "nino", "menore", "miembro", "salvo", "bambini", "socio", "tranne",
    "crianca", "menor", "kinderen", "jeugd", "leden", "shipping", "delivery", "trial", "cancellation", "sample", "return",
    "versand", "livraison", "envio", "spedizione",
];

/// The pairs that are known, with their words in six languages.
#[rustfmt::skip]
pub(crate) const OPPOSITES: &[Opposites] = &[
    Opposites {
        yes: &[
            "in stock", "instock", "available", "in store only", "instoreonly", "onlineonly",
            "online only", "limitedavailability", "limited availability", "add to cart", "buy now",
            "auf lager", "lieferbar", "verfugbar", "vorratig", "en stock", "disponible",
            "disponibile", "hay stock", "em estoque", "disponivel", "op voorraad", "left in stock",
            "add to basket", "add to bag", "add to trolley", "buy it now", "in den warenkorb",
            "ajouter au panier", "anadir al carrito", "agregar al carrito", "aggiungi al carrello",
            "adicionar ao carrinho", "dodaj do koszyka", "do koszyka", "kup teraz", "в корзину",
            "в наличии", "есть в наличии", "in winkelwagen", "in winkelmand", "lagg i varukorg",
            "acquista ora", "jetzt kaufen", "comprar ahora", "acheter maintenant", "立即購買",
            "加入購物車", "カートに入れる", "sepete ekle", "na sklade", "skladem", "na zalihi",
            "ready to ship", "ships today", "en existencia", "disponibilita immediata",
        ],
        no: &[
            "out of stock", "outofstock", "sold out", "soldout", "unavailable", "not available",
            "no longer available", "discontinued", "back order", "backorder", "backordered",
            "reserved", "pre order", "preorder", "presale", "ausverkauft", "nicht verfugbar",
            "nicht lieferbar", "nicht auf lager", "nicht vorratig", "vergriffen", "epuise",
            "rupture de stock", "en rupture", "indisponible", "non disponible", "agotado",
            "sin stock", "no disponible", "esaurito", "non disponibile", "esgotado",
            "indisponivel", "uitverkocht", "niet op voorraad", "0 in stock",
            "currently unavailable", "notify me", "нет в наличии", "sin existencias",
        ],
        topic: &[
            "stock", "availability", "buyable", "bought", "purchasable", "sale", "lieferbar",
            "disponibilidad",
        ],
        limits: &[],
    },
    Opposites {
        yes: &[
            "public", "publicly", "state", "state owned", "government", "publicly funded",
            "federal", "municipal", "staatlich", "offentlich", "publique", "publico", "publica",
            "pubblica", "pubblico", "statale", "estatal",
        ],
        no: &[
            "private", "privately", "privately held", "privat", "private non profit",
            "private for profit", "prive", "privee", "privado", "privada", "privato", "privata",
            "proprietary", "independent",
        ],
        topic: &["ownership"],
        limits: &[],
    },
    Opposites {
        yes: &[
            "open", "opened", "open now", "open to the public", "geoffnet", "offen", "ouvert",
            "ouverte", "abierto", "abierta", "aperto", "aperta", "aberto",
        ],
        no: &[
            "closed", "permanently closed", "temporarily closed", "shut", "geschlossen", "ferme",
            "fermee", "cerrado", "cerrada", "chiuso", "chiusa", "fechado",
        ],
        topic: &[],
        limits: DAYS,
    },
    Opposites {
        yes: &[
            "free", "free of charge", "no charge", "free admission", "free entry", "no fee",
            "complimentary", "gratis", "kostenlos", "kostenfrei", "gratuit", "gratuite",
            "gratuito", "gratuita", "at no cost", "entree libre",
        ],
        no: &[
            "paid", "paid only", "for a fee", "fee", "charged", "kostenpflichtig", "payant",
            "payante", "de pago", "a pagamento", "not free", "ticketed",
        ],
        topic: &[],
        limits: SOME_PEOPLE,
    },
    Opposites {
        yes: &[
            "active", "in operation", "operational", "in use", "in service", "operating", "aktiv",
            "in betrieb", "actif", "active", "activo", "attivo", "en service",
        ],
        no: &[
            "inactive", "defunct", "retired", "decommissioned", "demolished", "dissolved",
            "no longer in use", "out of service", "inaktiv", "ausser betrieb", "inactif",
            "inactivo", "inattivo", "discontinued", "abandoned",
        ],
        topic: &["operational"],
        limits: &[],
    },
    Opposites { yes: &["alive", "living"], no: &["dead", "deceased", "died"], topic: &[], limits: &[] },
];
