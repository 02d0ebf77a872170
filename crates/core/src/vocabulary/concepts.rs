//! What common columns are called: on pages of several languages, in schema.org and in the tags of page
//! heads. Phrases are words as [`words`](fn@super::words) gives them, separated by a space.

/// The kind of text that values of a concept are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentKind {
    /// Anything.
    #[default]
    Any,
    /// The name of a person, or of a group that acts as one.
    Person,
    /// The name of a firm, a brand, a team.
    Name,
    /// A code of letters and digits.
    Identifier,
}

/// One meaning with the labels that pages use for it.
pub(super) struct Concept {
    /// Labels with only this meaning; a column with such a name means this concept.
    pub(super) names: &'static [&'static str],
    /// Labels that may have this meaning, among others.
    pub(super) hints: &'static [&'static str],
    /// Words beside a name that change its meaning.
    pub(super) against: &'static [&'static str],
    pub(super) holds: ContentKind,
}

#[rustfmt::skip]
pub(super) const CONCEPTS: &[Concept] = &[
    Concept {
        names: &["author", "by", "written by", "writer", "byline", "author name", "article author", "creator", "dc creator", "recipe by", "recipe author", "posted by", "published by author", "parsely author", "sailthru author", "citation author", "book author", "story by", "text by", "autor", "auteur", "autore", "verfasser", "von", "par", "forfatter", "author by", "by author", "written", "contributed by", "submitted by", "words by", "contributor", "author fn", "vcard author"],
        hints: &["contributed", "fn", "article by", "post author", "entry author", "author url", "author link", "user", "username", "chef", "source", "publisher name", "creator name", "added by", "recipe courtesy", "courtesy"],
        against: &["image", "url", "bio", "avatar", "photo", "comment", "about", "box", "reply", "review", "reviewer", "job", "title", "role", "id", "email"],
        holds: ContentKind::Person,
    },
    Concept {
        names: &["date published", "published", "publication date", "publish date", "published date", "published on", "article published time", "article published", "posted", "posted on", "date posted", "pub date", "pubdate", "posted date", "release date", "released", "released on", "date publication", "post date", "parsely pub date", "sailthru date", "dc date", "dc date issued", "dcterm created", "citation publication date", "issued", "date issued", "veroffentlicht", "veroffentlicht am", "publie", "publie le", "publicado", "pubblicato", "erscheinungsdatum", "date parution", "fecha publicacion", "data pubblicazione", "publicatiedatum", "first published", "originally published", "date added", "listed", "listed on", "date listed", "on sale date", "on sale", "datum", "upload date", "entry date", "article date", "date time published"],
        hints: &["date", "time", "pub", "publication", "date created", "created", "created on", "published time", "entry time", "meta date", "post time", "post meta date", "time date", "date time", "day", "posted time", "publisher"],
        against: &["modified", "updated", "update", "expire", "expiration", "comment", "event", "start", "end", "birth", "copyright", "valid", "through", "until", "closing", "deadline", "review", "join", "member", "delivery"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["publisher", "published by", "verlag", "editeur", "editorial", "editore", "uitgever", "imprint", "publishing house", "label", "publisher name"],
        hints: &["publication", "published"],
        against: &["date", "logo", "url", "article", "time", "facebook"],
        holds: ContentKind::Name,
    },
    Concept {
        names: &["isbn", "isbn 13", "isbn13", "isbn 10", "isbn10", "ean", "gtin13", "gtin 13", "gtin", "book isbn", "ean 13", "og isbn", "ean isbn", "isbn ean", "isbn no", "isbn number", "productid"],
        hints: &["ean upc", "barcode", "sku", "product id"],
        against: &["e isbn"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["brand", "manufacturer", "make", "maker", "brand name", "marke", "hersteller", "marca", "marque", "fabricant", "fabricante", "produttore", "merk", "fabrikant", "product brand", "og brand", "manufactured by", "made by", "brand manufacturer", "manufacturer name", "марка", "бренд", "производитель", "producent", "proizvođač", "znacka", "vyrobce", "品牌", "メーカー", "ブランド", "razotajs", "marka", "proizvodac"],
        hints: &["by", "visit store", "vendor", "company", "mfg", "mfr"],
        against: &["logo", "url", "image", "warranty", "code", "part", "number", "model", "item", "sku", "website", "country"],
        holds: ContentKind::Name,
    },
    Concept {
        names: &["price", "current price", "our price", "sale price", "selling price", "buy price", "price now", "now", "offer price", "offer.price", "offer price amount", "product price amount", "og price amount", "price amount", "your price", "you pay", "buy it now", "deal price", "special price", "final price", "product price", "online price", "net price", "unit price", "item price", "internet price", "preis", "prix", "precio", "prezzo", "preco", "prijs", "cena", "цена", "价格", "售價", "價格", "価格", "pret", "hind", "kaina", "pris", "hinta", "fiyat", "precio final", "asking price", "sales price", "price sale"],
        hints: &["offer low price", "low price", "price from", "from", "cost", "total price", "amount", "price value", "offer price specification price", "price current", "product sale price amount", "price range", "value price", "buy new", "new"],
        against: &["list", "old", "was", "regular", "original", "shipping", "per", "previous", "before", "retail", "currency", "valid", "until", "history", "drop", "match", "alert", "compare", "invoice", "save", "saving", "destination", "installation", "monthly", "high", "max", "range", "rental", "used", "suggested", "rrp", "crossed", "strike", "option", "standard", "month", "total", "request", "fee", "tax", "guide", "trade", "quote", "lowest"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["msrp", "base price", "starting price", "starting msrp", "base msrp", "msrp price", "base retail price", "retail price", "list price", "price msrp", "starting at", "manufacturer suggested retail price", "suggested retail price", "msrp starting", "sticker price", "rrp", "uvp", "new car price", "vehicle price", "base retail price msrp", "standard price", "price new"],
        hints: &["price", "price range", "price from", "msrp range"],
        against: &["invoice", "destination", "shipping", "used", "option", "total", "monthly", "payment", "deposit", "trade", "private", "save", "fee", "tax", "quote", "dealer", "certified"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["sku", "product id", "productid", "item number", "item no", "item code", "product code", "article number", "article no", "catalog number", "catalogue number", "cat no", "stock number", "stock no", "part number", "part no", "product number", "product sku", "item sku", "artikelnummer", "art nr", "artikel nr", "bestellnummer", "referencia", "reference", "ref", "артикул", "код товара", "код", "商品編號", "商品番号", "kod produktu", "codigo", "codice", "codice prodotto", "sifra", "kod", "item id", "product item id", "retailer item id", "product retailer item id", "product retailer part no", "web id", "numer katalogowy", "model number", "asin", "listing id", "post id", "preces kod"],
        hints: &["mpn", "id", "model", "upc", "ean", "gtin13", "gtin", "offer sku", "manufacturer part number", "item model number", "isbn", "isbn 13"],
        against: &["group", "weight", "condition", "url", "location", "quantity", "type", "category", "price", "seller", "per", "dimension", "brand", "name"],
        holds: ContentKind::Identifier,
    },
    Concept {
        names: &["availability", "in stock", "stock", "stock status", "offer availability", "product availability", "og availability", "stock availability", "stock level", "available", "verfugbarkeit", "lieferbarkeit", "disponibilite", "disponibilidad", "disponibilita", "beschikbaarheid", "dostepnosc", "наличие", "can be bought", "lagerstatus", "dostupnost"],
        hints: &["status", "offer item availability"],
        against: &["start", "end", "date", "store", "number", "location"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["telephone", "phone", "phone number", "telephone number", "tel", "tel no", "ph", "phone no", "call", "call us", "contact number", "contact phone", "telefon", "telefono", "telefone", "telefoon", "téléphone", "rufnummer", "teléfono", "main phone", "general phone", "phone main", "tel number", "business contact data phone number", "reservation phone", "телефон", "電話", "電話番号", "address telephone", "contact point telephone", "main telephone"],
        hints: &["contact", "reservation", "mobile", "general information", "information", "main", "toll free", "toll free phone", "contact us", "admission phone", "admission office phone", "phone admission", "office", "local", "local phone"],
        against: &["fax", "seller", "customer", "support", "advertising"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["address", "street address", "addres", "location address", "postal address", "mailing address", "adresse", "direccion", "indirizzo", "endereco", "adres", "anschrift", "business address", "full address", "адрес", "住所", "地址", "address street", "headquarter address", "adr", "physical address", "where"],
        hints: &["location", "address street address", "visit", "find us", "contact", "directions", "venue", "neighborhood address"],
        against: &["email", "mail", "ip", "web", "billing", "url", "internet", "country", "locality", "region", "e"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["website", "web site", "official website", "official site", "homepage", "home page", "url", "web", "site", "web address", "company website", "internet", "webseite", "site web", "sitio web", "sito web", "sito", "site internet", "web page", "internet address", "school website", "www", "same a", "official web site", "visit website", "официальный сайт", "сайт", "website url", "college website", "restaurant website"],
        hints: &["link", "online", "on web", "visit"],
        against: &["image", "og", "logo", "video", "canonical", "map", "facebook", "twitter", "privacy", "photo", "share", "menu", "author", "item", "offer", "reservation"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["email", "e mail", "mail", "email address", "e mail address", "correo electronico", "courriel", "posta elettronica", "contact email"],
        hints: &["contact"],
        against: &["password"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["company", "employer", "hiring organization", "hiring company", "organization", "organisation", "company name", "employer name", "unternehmen", "arbeitgeber", "entreprise", "empresa", "azienda", "bedrijf", "firma", "job company", "hiring organization name", "posted by", "recruiter", "business name", "organization name", "client company", "company posting", "job posted by"],
        hints: &["agency", "hiring", "advertiser", "client", "by", "name", "corporate name"],
        against: &["logo", "url", "size", "type", "description", "industry", "email", "address", "about", "profile", "website", "phone", "contact", "culture", "id", "job", "follow"],
        holds: ContentKind::Name,
    },
    Concept {
        names: &["location", "job location", "place", "work location", "city", "location city", "job location address", "locality", "location name", "standort", "arbeitsort", "einsatzort", "lieu", "ubicacion", "lugar", "luogo", "sede", "locatie", "ort", "job city", "area", "where", "based in", "city state", "location city state", "office location", "geographic location"],
        hints: &["address", "job location address address locality", "region", "state", "town", "town city", "address locality", "metro", "country", "city state zip"],
        against: &["required", "google", "count", "search", "all", "other", "map", "preference", "by", "near", "miles", "code", "url"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["director", "directed by", "regie", "realisateur", "realisation", "regia", "dirigida por", "direccion", "regisseur", "film director", "dirigido por", "regista", "directors", "movie director", "director name"],
        hints: &["direction", "director s"],
        against: &["art", "photography", "casting", "music", "executive", "assistant", "managing", "funeral", "technical", "cut", "deputy", "cinematography"],
        holds: ContentKind::Person,
    },
    Concept {
        names: &["genre", "genre s", "film genre", "movie genre", "category genre", "genero", "generi", "genere", "categories genre", "music genre"],
        hints: &["category", "categories", "type", "style", "tag"],
        against: &["top", "browse", "related", "all"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["content rating", "mpaa rating", "rating", "rated", "mpaa", "certificate", "certification", "age rating", "film rating", "motion picture rating", "motion picture rating mpaa", "movie rating", "fsk", "parental rating", "classification", "us rating", "mpaa rated"],
        hints: &["certificate usa", "parental guide"],
        against: &["user", "star", "average", "value", "count", "critic", "imdb", "customer", "your", "aggregate", "audience", "energy", "overall", "expert", "best", "worst", "review", "avg", "safety", "crash", "reader"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["team", "current team", "club", "current club", "team name", "plays for", "mannschaft", "verein", "equipe", "equipo", "squadra", "nba team", "member of", "affiliation", "player team", "squad", "present team", "current franchise", "franchise"],
        hints: &["works for", "nba", "tm"],
        against: &["former", "previous", "past", "high", "school", "draft", "college", "national", "all", "career", "history", "select", "find", "home", "stat", "record", "fantasy", "staff", "page", "player"],
        holds: ContentKind::Name,
    },
    Concept {
        names: &["height", "ht", "hgt", "listed height", "grosse", "korpergrosse", "taille", "altura", "estatura", "altezza", "lengte", "body height", "player height", "measurement height"],
        hints: &["size"],
        against: &["width", "image", "og", "max", "seat", "line", "wingspan", "shelf", "product", "twitter", "video"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["weight", "wt", "wgt", "listed weight", "gewicht", "poids", "peso", "body weight", "player weight", "вес", "item weight"],
        hints: &["mass"],
        against: &["shipping", "gross", "max", "curb", "package", "font", "towing"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["total time", "time total", "ready in", "total cooking time", "total recipe time", "time required", "gesamtzeit", "temp total", "tempo totale", "tiempo total", "tempo total", "totale tijd", "ready time", "overall time", "total duration", "recipe total time", "zeitaufwand", "total preparation time", "start to finish", "tidsbruk", "time to make", "total recipe"],
        hints: &["duration", "recipe time", "level total", "total", "takes"],
        against: &["prep", "cook", "perform", "active", "rest", "marinating", "inactive", "published", "modified", "chill", "date", "step", "updated", "price", "cost", "calorie", "fat", "carbohydrate", "reading"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["prep time", "preparation time", "prep", "preparation", "vorbereitungszeit", "vorbereitung", "temp preparation", "tiempo preparacion", "preparazione"],
        hints: &["active time", "hands on time"],
        against: &["total", "cook", "method"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["cook time", "cooking time", "baking time", "bake time", "cook", "kochzeit", "backzeit", "temp cuisson", "cuisson", "tiempo coccion", "cottura"],
        hints: &["time"],
        against: &["total", "prep"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["serving", "number serving", "serve", "recipe yield", "yield", "portion", "number portion", "makes", "make", "portionen", "personen", "personne", "pour", "racion", "porcion", "comensale", "porzioni", "persone", "porsjoner", "porties", "serving yield", "recipe serving", "yield serving", "feed", "people", "person", "servings size", "recipe serving yield", "antall porsjoner", "servering"],
        hints: &["quantity", "amount", "for", "recipe make", "serving size yield", "level yield"],
        against: &["per", "size", "calorie", "nutrition", "suggestion", "fat", "unit", "energy"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["cuisine", "recipe cuisine", "serve cuisine", "cuisine type", "kuche", "type cuisine", "cocina", "cucina", "keuken", "kitchen style", "food type", "type food", "cuisine s", "cuisines", "kind cuisine", "cooking style"],
        hints: &["food", "recipe category", "ethnicity"],
        against: &["top", "browse", "all", "search", "more", "popular", "dining"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["engine", "standard engine", "engine type", "motor", "engine description", "moteur", "base engine", "motore", "engine size", "engine name", "vehicle engine", "base engine type"],
        hints: &["engine displacement", "displacement", "powertrain", "engine configuration", "engine cylinder"],
        against: &["oil", "immobilizer", "coolant", "power", "option", "warranty", "torque", "location", "search", "start", "order", "code", "block"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["mpg city", "city mpg", "fuel economy city", "city fuel economy", "city mileage", "mileage city", "epa city", "epa mileage city", "city economy", "epa mileage est city", "epa fuel economy est city mpg", "fuel efficiency city", "epa mpg city", "mpg cty", "est mpg city"],
        hints: &["city", "cty"],
        against: &["highway", "hwy", "combined", "range", "tank", "state", "seller"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["mpg highway", "highway mpg", "fuel economy highway", "highway fuel economy", "highway mileage", "mileage highway", "epa highway", "epa mileage highway", "hwy mpg", "mpg hwy", "epa mileage est highway", "epa mileage est hwy", "epa fuel economy est hwy mpg", "fuel efficiency highway", "epa mpg highway", "est mpg highway"],
        hints: &["highway", "hwy"],
        against: &["city", "cty", "combined", "range", "tank"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["public", "is public", "type", "school type", "institution type", "type institution", "type school", "control", "ownership", "sector", "affiliation", "college type", "institutional control", "institution control", "public private", "private public", "tragerschaft", "type university", "ownership type", "status", "funding", "university type", "academic affiliation"],
        hints: &["institution", "classification", "category", "governance", "school"],
        against: &["search", "degree", "job", "transportation", "all"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["founded", "founding date", "established", "foundation", "founded in", "year founded", "established in", "inception", "incorporated", "gegrundet", "grundung", "grundungsjahr", "fondation", "fondee", "fundacion", "fundado", "fundada", "fondazione", "fondata", "opgericht", "date founded", "date established", "year established", "formed", "formation"],
        hints: &["started", "since", "launched", "history"],
        against: &["by", "member"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["founder", "founded by", "founders", "grunder", "fondateur", "fundador", "fondatore", "co founder", "established by"],
        hints: &["creator"],
        against: &["date", "year"],
        holds: ContentKind::Person,
    },
    Concept {
        names: &["headquarter", "head office", "hq", "headquartered in", "hauptsitz", "sitz", "siege", "siege social", "sede", "sede central", "based in", "main office", "headquarters location"],
        hints: &["location", "address", "place"],
        against: &[],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["employee", "number employee", "num employee", "staff", "headcount", "workforce", "mitarbeiter", "mitarbeiterzahl", "effectif", "empleado", "dipendenti", "employee count", "company size", "staff size", "team size", "people employed"],
        hints: &["size", "people"],
        against: &["relation", "revenue", "benefit", "login", "owned"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["ceo", "chief executive", "chief executive officer", "geschaftsfuhrer", "pdg", "director general", "amministratore delegato", "managing director", "president ceo"],
        hints: &["leader", "key people", "president", "management", "chairman"],
        against: &["former"],
        holds: ContentKind::Person,
    },
    Concept {
        names: &["revenue", "annual revenue", "turnover", "sale revenue", "umsatz", "chiffre affaire", "ingreso", "fatturato", "annual sale", "annual turnover"],
        hints: &["sale", "net sale"],
        against: &["growth", "per"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["industry", "sector", "branche", "secteur", "industria", "settore", "line business", "business sector"],
        hints: &["field", "business", "type"],
        against: &[],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["population", "inhabitant", "number inhabitant", "einwohner", "einwohnerzahl", "habitant", "habitante", "abitanti", "popolazione", "poblacion", "total population"],
        hints: &["resident"],
        against: &["density", "metro", "urban", "rank", "growth"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["area", "total area", "surface", "surface area", "flache", "superficie", "land area", "oppervlakte"],
        hints: &["size"],
        against: &["code", "served", "metro", "rank", "water"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["energy class", "energy efficiency class", "energy rating", "energy efficiency rating", "epc rating", "epc", "ber", "ber rating", "energieeffizienzklasse", "energieklasse", "effizienzklasse", "classe energetica", "classe energetique", "classe energie", "dpe", "clase energetica", "calificacion energetica", "certificacion energetica", "classe energetica certificado", "certificado energetico", "energielabel", "energiklasse"],
        hints: &["energy", "efficiency class"],
        against: &["cost", "consumption", "supplier", "price"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["elevation", "altitude", "hohe", "altura", "altitudine", "height above sea level", "summit elevation"],
        hints: &["height"],
        against: &["gain", "prominence"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["born", "birth date", "date birth", "birthdate", "birthday", "dob", "geboren", "geburtsdatum", "ne le", "date naissance", "nacimiento", "fecha nacimiento", "nato", "data nascita"],
        hints: &["birth"],
        against: &["place", "name", "in"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["died", "death date", "date death", "gestorben", "todesdatum", "mort", "fallecimiento", "morto"],
        hints: &["death"],
        against: &["place", "cause"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["birth place", "birthplace", "place birth", "geburtsort", "lieu naissance", "lugar nacimiento", "luogo nascita", "hometown"],
        hints: &["born", "born in", "from"],
        against: &["date"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["nationality", "citizenship", "nationalitat", "nationalite", "nacionalidad", "nazionalita"],
        hints: &["country"],
        against: &[],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["occupation", "profession", "job title", "beruf", "metier", "profesion", "professione"],
        hints: &["known for", "role", "position", "title"],
        against: &[],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["country", "country origin", "land", "pay", "pais", "paese", "address country", "country name"],
        hints: &["origin", "nation", "location"],
        against: &["code", "capital"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["language", "in language", "original language", "sprache", "langue", "idioma", "lingua"],
        hints: &[],
        against: &["select", "choose", "sub", "other"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["runtime", "running time", "duration", "length", "film length", "laufzeit", "spieldauer", "duree", "duracion", "durata", "time length"],
        hints: &["time"],
        against: &["boat", "width"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["page", "number page", "page count", "seiten", "seitenzahl", "nombre page", "pagina", "print length", "hardcover", "paperback"],
        hints: &["length", "extent"],
        against: &["view", "home", "web"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["opened", "opening", "opening date", "date opened", "opened on", "opening year", "eroffnet", "eroffnung", "inaugure", "inauguration", "inaugurado", "apertura", "year opened", "inaugurated", "opened to traffic"],
        hints: &["open", "completed", "since", "built"],
        against: &["hour", "time", "closed"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["closed", "closing date", "date closed", "closed on", "geschlossen", "fermeture", "year closed"],
        hints: &["ended"],
        against: &["hour", "time", "open"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["completed", "completion", "completion date", "built", "construction end", "year built", "construction completed", "fertigstellung", "baujahr", "acheve", "constructed", "year completed", "finished", "build"],
        hints: &["opened", "construction", "year"],
        against: &["by", "start", "began"],
        holds: ContentKind::Any,
    },
    Concept {
        names: &["architect", "designed by", "designer", "design by", "architekt", "architecte", "arquitecto", "architetto", "engineer", "konstrukteur"],
        hints: &["engineered by"],
        against: &["style"],
        holds: ContentKind::Person,
    },
    Concept {
        names: &["year", "model year", "jahr", "annee", "ano", "anno", "release year", "production year"],
        hints: &["released", "release date", "date"],
        against: &["founded", "warranty"],
        holds: ContentKind::Any,
    },
];
