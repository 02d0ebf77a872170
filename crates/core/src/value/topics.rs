//! What common yes-or-no columns ask about, in seven languages: phrases are folded words, without small
//! words such as articles.

/// One subject: a column whose name has all words of one of the `names` asks about it.
pub(crate) struct Topic {
    /// Phrases that name the subject, English first.
    pub(crate) phrases: &'static [&'static str],
    /// Words that state the subject by themselves: "barrierefrei" says yes without a verb.
    pub(crate) adjectives: &'static [&'static str],
}

#[rustfmt::skip]
pub(crate) const TOPICS: &[Topic] = &[
    Topic {
        phrases: &[
            "parking", "parking lot", "parking space", "car park", "parkplatz", "parkplatze", "parkplatzen",
            "parkmoglichkeit", "parkmoglichkeiten", "stellplatz", "stellplatze", "tiefgarage", "stationnement",
            "place de parking", "aparcamiento", "estacionamiento", "plazas de aparcamiento", "parcheggio",
            "parcheggi", "posto auto", "estacionamento", "parkeerplaats", "parkeerplaatsen", "parkeren", "parkingu", "miejsca parkingowe", "miejsc parkingowych",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &["wifi", "wi fi", "wlan", "wireless internet", "internet access", "internetzugang"],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "pool", "swimming pool", "schwimmbad", "schwimmbecken", "piscine", "piscina", "zwembad", "basen", "basenu",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "breakfast", "fruhstuck", "petit dejeuner", "desayuno", "colazione", "cafe da manha",
            "pequeno almoco", "ontbijt", "sniadanie", "sniadania",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "pet", "dog", "haustier", "haustiere", "hund", "hunde", "animaux", "chien", "chiens", "mascota",
            "mascotas", "perro", "perros", "animali", "animali domestici", "cani", "animais",
            "animais de estimacao", "huisdieren", "honden", "zwierzeta", "zwierzat", "psy", "psow",
        ],
        adjectives: &["pet friendly", "dog friendly", "hundefreundlich", "haustierfreundlich"],
    },
    Topic {
        phrases: &[
            "wheelchair access", "wheelchair accessible", "wheelchair accessibility", "accessible by wheelchair",
            "accessible for wheelchair", "accessible to wheelchair", "step free access", "barrierefreier zugang",
            "acces fauteuil roulant", "acces pmr", "acceso para sillas de ruedas", "accesso per disabili",
            "acesso para cadeira de rodas",
        ],
        adjectives: &[
            "wheelchair accessible", "wheelchair friendly", "accessible by wheelchair", "step free",
            "accessible to wheelchair", "accessible for wheelchair", "barrierefrei", "rollstuhlgerecht",
            "rollstuhlgangig", "rollstuhlgeeignet", "accessible en fauteuil roulant", "accessible aux fauteuils roulants",
            "accessible pmr", "accesible en silla de ruedas", "accesible para sillas de ruedas",
            "accessibile ai disabili", "accessibile in sedia a rotelle", "accessibile alle sedie a rotelle",
            "acessivel a cadeira de rodas", "acessivel para cadeira de rodas", "rolstoeltoegankelijk",
            "toegankelijk voor rolstoelen",
        ],
    },
    Topic {
        phrases: &[
            "outdoor seating", "outdoor seat", "outdoor table", "outside seating", "seating outside", "outside table",
            "table outdoors", "seat outside", "sit outside", "sit outdoors", "eat outside", "eat outdoors", "dine outside",
            "table in the garden", "table in the yard", "draussen sitzen", "im freien", "tische im freien", "manger dehors",
            "tables dehors", "tables en exterieur", "tavoli fuori", "mangiare all aperto", "buiten zitten", "ogrodek", "ogrodka",
            "stoliki na zewnatrz",
            "table outside", "terrace", "patio", "patio seating", "beer garden", "garden seating",
            "aussenplatze", "aussenbereich", "aussengastronomie", "terrasse", "biergarten", "gastgarten",
            "schanigarten", "sitzplatze im freien", "en terrasse", "terraza", "mesas fuera", "mesas al aire libre",
            "tavoli all aperto", "posti all aperto", "dehors", "terrazza", "giardino", "esplanada", "mesas ao ar livre",
            "terras", "buitenterras", "taras", "tarasu",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &["elevator", "lift", "aufzug", "fahrstuhl", "ascenseur", "ascensor", "ascensore", "elevador", "winda", "windy"],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "air conditioning", "air condition", "klimaanlage", "climatisation", "aire acondicionado",
            "aria condizionata", "ar condicionado", "airconditioning",
        ],
        adjectives: &["air conditioned", "klimatisiert", "climatise", "climatisee", "climatizado", "climatizzato"],
    },
    Topic {
        phrases: &[
            "smoking", "rauchen", "fumer", "fumar", "fumare", "roken",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "delivery", "home delivery", "lieferservice", "lieferung", "livraison", "entrega a domicilio",
            "reparto a domicilio", "consegna a domicilio", "entrega ao domicilio", "bezorging",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &[
            "takeaway", "take away", "takeout", "take out", "zum mitnehmen", "a emporter", "para llevar",
            "da asporto", "para levar", "afhaal", "afhalen",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &["toll", "maut", "peage", "peaje", "pedaggio", "portagem", "pedagio", "tol"],
        adjectives: &["tolled", "mautpflichtig"],
    },
    Topic {
        phrases: &[
            "admission", "general admission", "entry", "entrance", "eintritt", "entree", "entrada", "ingresso",
            "toegang", "acces", "ticket", "admission ticket", "entrance ticket", "eintrittskarte", "eintrittskarten", "billet",
            "biglietto", "biglietti", "bilhete", "bilhetes", "kaartje", "kaartjes", "bilet", "bilety", "wstep",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &["gluten free", "glutenfrei", "sans gluten", "sin gluten", "senza glutine", "sem gluten", "glutenvrij"],
        adjectives: &["gluten free", "glutenfrei", "sans gluten", "sin gluten", "senza glutine", "sem gluten", "glutenvrij"],
    },
    Topic {
        phrases: &["vegan", "vegan option", "vegan dishes", "vegane gerichte", "plats vegan", "platos veganos", "piatti vegani"],
        adjectives: &["vegan", "vegane", "veganer", "vegano", "vegana"],
    },
    Topic {
        phrases: &[
            "credit card", "kreditkarte", "kreditkarten", "carte de credit", "cartes de credit", "tarjeta de credito",
            "tarjetas de credito", "carta di credito", "carte di credito", "cartao de credito", "cartoes de credito",
            "creditcard",
        ],
        adjectives: &[],
    },
    Topic {
        phrases: &["reservation", "booking", "reservierung", "reserva", "prenotazione", "reservering"],
        adjectives: &[],
    },
];
