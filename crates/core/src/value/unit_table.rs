//! The known units, with their spellings in six languages.
//!
//! Factors are those of the international agreements (yard and pound 1959, NIST SP 811); all but
//! the reciprocal ones are exact.

use super::unit::Dimension::{
    Area, Calendar, Data, DataRate, Energy, Frequency, Fuel, Length, Mass, Power, Pressure, Ratio,
    Speed, Temperature, Time, Volume,
};
use super::unit::{Dimension, Scale, Unit};

type Spellings = &'static [&'static str];

const fn unit(
    symbol: &'static str,
    dimension: Dimension,
    factor: (i64, u32),
    symbols: Spellings,
    names: Spellings,
) -> Unit {
    let scale = Scale::Linear { shift: (0, 0), numerator: factor, denominator: (1, 0) };
    Unit { symbol, dimension, scale, symbols, names }
}

const fn degrees(
    symbol: &'static str,
    shift: (i64, u32),
    ratio: (i64, i64),
    symbols: Spellings,
    names: Spellings,
) -> Unit {
    let scale = Scale::Linear { shift, numerator: (ratio.0, 0), denominator: (ratio.1, 0) };
    Unit { symbol, dimension: Temperature, scale, symbols, names }
}

/// Every known unit except the currencies. If one spelling has several meanings, the first row applies
/// unless the surroundings decide otherwise.
#[rustfmt::skip]
pub(crate) const UNITS: &[Unit] = &[
    // Length, in metres.
    unit("m", Length, (1, 0), &["m"], &["meter", "metre", "metro", "metri", "mtr", "метр", "metern"]),
    unit("km", Length, (1000, 0), &["km"], &["kilometer", "kilometre", "kilometro", "chilometro", "chilometri", "quilometro", "kilometern", "км"]),
    unit("cm", Length, (1, 2), &["cm"], &["centimeter", "centimetre", "zentimeter", "centimetro", "centimetri", "zentimetern"]),
    unit("mm", Length, (1, 3), &["mm"], &["millimeter", "millimetre", "milimetro", "millimetro", "millimetri"]),
    unit("dm", Length, (1, 1), &["dm"], &["decimeter", "decimetre", "dezimeter"]),
    unit("µm", Length, (1, 6), &["µm", "μm"], &["micrometer", "micrometre", "micron", "um"]),
    unit("nm", Length, (1, 9), &["nm"], &["nanometer", "nanometre"]),
    unit("in", Length, (254, 4), &["in", "\"", "″", "”", "''", "“"], &["inch", "inche", "zoll", "pouce", "pulgada", "pollice", "pollici", "polegada"]),
    unit("ft", Length, (3048, 4), &["ft", "'", "′", "’"], &["foot", "feet", "fuss", "pied", "piede", "piedi"]),
    unit("yd", Length, (9144, 4), &["yd"], &["yard", "yarda"]),
    unit("mi", Length, (1_609_344, 3), &["mi"], &["mile", "meile", "meilen", "milla", "miglio", "miglia", "milha", "mijl"]),
    unit("nmi", Length, (1852, 0), &["nmi", "NM"], &["nautical mile", "seemeile", "seemeilen", "mille marin", "milla nautica"]),
    // Area, in square metres.
    unit("m²", Area, (1, 0), &["m²", "m2", "sqm"], &["sq m", "square meter", "square metre", "quadratmeter", "quadratmetern", "qm", "metre carre", "metres carre", "metro cuadrado", "metros cuadrado", "metro quadrato", "metri quadrati", "mq", "metro quadrado"]),
    unit("km²", Area, (1_000_000, 0), &["km²", "km2"], &["sq km", "sqkm", "square kilometer", "square kilometre", "quadratkilometer", "qkm", "kilometre carre", "kilometres carre", "kilometro cuadrado", "kilometros cuadrado", "chilometri quadrati", "kmq"]),
    unit("cm²", Area, (1, 4), &["cm²", "cm2"], &["sq cm", "square centimeter", "square centimetre", "quadratzentimeter"]),
    unit("ha", Area, (10_000, 0), &["ha"], &["hectare", "hektar", "hectarea", "ettaro", "ettari"]),
    unit("acre", Area, (40_468_564_224, 7), &["ac"], &["acre"]),
    unit("ft²", Area, (9_290_304, 8), &["ft²", "ft2"], &["sq ft", "sqft", "square foot", "square feet", "sf", "quadratfuss", "pieds carre"]),
    unit("mi²", Area, (2_589_988_110_336, 6), &["mi²", "mi2"], &["sq mi", "square mile", "quadratmeile", "quadratmeilen"]),
    unit("in²", Area, (64_516, 8), &["in²", "in2"], &["sq in", "square inch", "square inche"]),
    unit("yd²", Area, (83_612_736, 8), &["yd²", "yd2"], &["sq yd", "square yard"]),
    // Volume, in litres.
    unit("l", Volume, (1, 0), &["l", "L", "ℓ"], &["liter", "litre", "litro", "litri", "ltr", "dm3"]),
    unit("ml", Volume, (1, 3), &["ml", "mL"], &["milliliter", "millilitre", "mililitro", "millilitro"]),
    unit("cl", Volume, (1, 2), &["cl", "cL"], &["centiliter", "centilitre", "centilitro"]),
    unit("dl", Volume, (1, 1), &["dl", "dL"], &["deciliter", "decilitre"]),
    unit("hl", Volume, (100, 0), &["hl", "hL"], &["hectoliter", "hectolitre", "hektoliter"]),
    unit("m³", Volume, (1000, 0), &["m³", "m3"], &["cu m", "cubic meter", "cubic metre", "kubikmeter", "metre cube", "metres cube", "metro cubico", "metros cubico", "metri cubi", "cbm"]),
    unit("cm³", Volume, (1, 3), &["cm³", "cm3"], &["cc", "ccm", "cubic centimeter", "cubic centimetre", "kubikzentimeter", "cu cm"]),
    unit("gal", Volume, (3_785_411_784, 9), &["gal"], &["gallon", "us gallon", "us gal", "gallone", "gallonen", "galon"]),
    unit("imp gal", Volume, (454_609, 5), &[], &["imp gal", "imperial gallon", "uk gallon"]),
    unit("qt", Volume, (946_352_946, 9), &["qt"], &["quart"]),
    unit("pt", Volume, (473_176_473, 9), &["pt"], &["pint"]),
    unit("cup", Volume, (2_365_882_365, 10), &[], &["cup"]),
    unit("fl oz", Volume, (295_735_295_625, 13), &[], &["fl oz", "floz", "fluid ounce", "us fl oz"]),
    unit("tbsp", Volume, (1_478_676_478_125, 14), &[], &["tbsp", "tablespoon"]),
    unit("tsp", Volume, (492_892_159_375, 14), &[], &["tsp", "teaspoon"]),
    unit("ft³", Volume, (28_316_846_592, 9), &["ft³", "ft3"], &["cu ft", "cubic foot", "cubic feet", "cuft"]),
    unit("in³", Volume, (16_387_064, 9), &["in³", "in3"], &["cu in", "cubic inch", "cubic inche"]),
    unit("bbl", Volume, (158_987_294_928, 9), &["bbl"], &["barrel", "oil barrel"]),
    // Mass, in kilograms.
    unit("kg", Mass, (1, 0), &["kg"], &["kilogram", "kilogramm", "kilogramme", "kilogramo", "chilogrammo", "chilogrammi", "quilograma", "kilo", "kg", "кг"]),
    unit("g", Mass, (1, 3), &["g"], &["gram", "gramm", "gramme", "gramo", "grammo", "grammi", "grama", "gr", "gm"]),
    unit("mg", Mass, (1, 6), &["mg"], &["milligram", "milligramm", "milligramme", "miligramo"]),
    unit("µg", Mass, (1, 9), &["µg", "μg"], &["microgram", "mcg"]),
    unit("t", Mass, (1000, 0), &["t"], &["tonne", "tonnen", "metric ton", "tonelada", "tonnellata", "tonnellate", "ton", "mt"]),
    unit("short ton", Mass, (90_718_474, 5), &[], &["short ton", "us ton"]),
    unit("long ton", Mass, (10_160_469_088, 7), &[], &["long ton", "imperial ton"]),
    unit("lb", Mass, (45_359_237, 8), &["lb"], &["pound", "lb", "pfund", "libra", "libbra", "libbre"]),
    unit("oz", Mass, (28_349_523_125, 12), &["oz"], &["ounce", "unze", "unzen", "onza", "oncia", "oz"]),
    unit("st", Mass, (635_029_318, 8), &["st"], &["stone"]),
    unit("ct", Mass, (2, 4), &[], &["carat", "karat"]),
    // Time, in seconds.
    unit("s", Time, (1, 0), &["s"], &["sec", "second", "sek", "sekunde", "sekunden", "seconde", "segundo", "secondo", "secondi", "seg"]),
    unit("min", Time, (60, 0), &["min", "′", "'", "m"], &["min", "minute", "minuten", "minuto", "minuti", "minuut", "mn", "minut"]),
    unit("h", Time, (3600, 0), &["h"], &["hr", "hour", "std", "stunde", "stunden", "heure", "hora", "ora", "ore", "uur", "hrs"]),
    unit("d", Time, (86_400, 0), &["d"], &["day", "tag", "tage", "tagen", "jour", "dia", "giorno", "giorni", "dag", "dagen"]),
    unit("wk", Time, (604_800, 0), &["wk"], &["week", "woche", "wochen", "semaine", "semana", "settimana", "settimane", "weken"]),
    unit("ms", Time, (1, 3), &["ms"], &["millisecond", "millisekunde", "millisekunden", "msec"]),
    // Calendar, in months.
    unit("mo", Calendar, (1, 0), &["mo"], &["month", "monat", "monate", "monaten", "mese", "mesi", "maand", "maanden", "moi"]),
    unit("yr", Calendar, (12, 0), &["yr", "y"], &["year", "jahr", "jahre", "jahren", "an", "annee", "ano", "anno", "anni", "jaar"]),
    // Speed, in kilometres an hour: its factors are all finite.
    unit("km/h", Speed, (1, 0), &["km/h"], &["kmh", "kph", "kmph", "kilometer per hour", "kilometre per hour", "kilometers per hour", "kilometres per hour", "km per hour", "km/hr", "stundenkilometer"]),
    unit("mph", Speed, (1_609_344, 6), &["mph"], &["mi/h", "mile per hour", "miles per hour"]),
    unit("m/s", Speed, (36, 1), &["m/s"], &["meter per second", "metre per second", "meters per second", "metres per second"]),
    unit("ft/s", Speed, (109_728, 5), &["ft/s"], &["fps", "feet per second", "foot per second"]),
    unit("kn", Speed, (1852, 3), &["kn", "kt"], &["knot", "kt", "knoten", "noeud", "nudo", "nodi"]),
    // Power, in watts.
    unit("W", Power, (1, 0), &["W"], &["watt", "vatio"]),
    unit("kW", Power, (1000, 0), &["kW"], &["kilowatt", "kilovatio"]),
    unit("MW", Power, (1_000_000, 0), &["MW"], &["megawatt", "megavatio"]),
    unit("GW", Power, (1_000_000_000, 0), &["GW"], &["gigawatt"]),
    unit("hp", Power, (74_569_987_158_227_022, 14), &["hp"], &["horsepower", "bhp", "horse power"]),
    unit("PS", Power, (73_549_875, 5), &["PS", "CV", "ch"], &["pferdestarke", "pferdestarken", "metric horsepower", "cheval", "chevaux", "caballo", "cavalli"]),
    // Energy, in joules.
    unit("J", Energy, (1, 0), &["J"], &["joule"]),
    unit("kJ", Energy, (1000, 0), &["kJ"], &["kilojoule"]),
    unit("kcal", Energy, (4184, 0), &["kcal", "Cal"], &["kilocalorie", "kilokalorie", "kilokalorien", "calorie", "kalorie", "kalorien", "caloria", "cal"]),
    unit("Wh", Energy, (3600, 0), &["Wh"], &["watt hour"]),
    unit("kWh", Energy, (3_600_000, 0), &["kWh"], &["kilowatt hour", "kilowattstunde", "kilowattstunden"]),
    unit("MWh", Energy, (3_600_000_000, 0), &["MWh"], &["megawatt hour"]),
    unit("GWh", Energy, (3_600_000_000_000, 0), &["GWh"], &["gigawatt hour"]),
    unit("TWh", Energy, (3_600_000_000_000_000, 0), &["TWh"], &["terawatt hour"]),
    // Temperature, in degrees Celsius.
    degrees("°C", (0, 0), (1, 1), &["°C", "C", "℃", "ºC"], &["celsius", "degree celsius", "degrees celsius", "grad celsius", "deg c", "degree c", "degrees c", "grad"]),
    degrees("°F", (-32, 0), (5, 9), &["°F", "F", "℉", "ºF"], &["fahrenheit", "degree fahrenheit", "degrees fahrenheit", "grad fahrenheit", "deg f", "degree f", "degrees f"]),
    degrees("K", (-27_315, 2), (1, 1), &["K"], &["kelvin"]),
    // Data, in bytes; kB to PB are decimal (IEC 80000-13), KiB to TiB binary.
    unit("B", Data, (1, 0), &["B"], &["byte", "octet"]),
    unit("kB", Data, (1000, 0), &["kB", "KB"], &["kilobyte"]),
    unit("MB", Data, (1_000_000, 0), &["MB", "Mo"], &["megabyte"]),
    unit("GB", Data, (1_000_000_000, 0), &["GB", "Go"], &["gigabyte"]),
    unit("TB", Data, (1_000_000_000_000, 0), &["TB", "To"], &["terabyte"]),
    unit("PB", Data, (1_000_000_000_000_000, 0), &["PB"], &["petabyte"]),
    unit("KiB", Data, (1024, 0), &["KiB"], &["kibibyte"]),
    unit("MiB", Data, (1_048_576, 0), &["MiB"], &["mebibyte"]),
    unit("GiB", Data, (1_073_741_824, 0), &["GiB"], &["gibibyte"]),
    unit("TiB", Data, (1_099_511_627_776, 0), &["TiB"], &["tebibyte"]),
    unit("bit", Data, (125, 3), &["bit"], &[]),
    unit("Mbit", Data, (125_000, 0), &["Mbit", "Mb"], &["megabit"]),
    unit("Gbit", Data, (125_000_000, 0), &["Gbit", "Gb"], &["gigabit"]),
    // Data rate, in bits a second.
    unit("bit/s", DataRate, (1, 0), &["bit/s", "bps"], &["bits per second"]),
    unit("kbit/s", DataRate, (1000, 0), &["kbit/s", "kbps", "Kbps", "kb/s"], &["kilobits per second"]),
    unit("Mbit/s", DataRate, (1_000_000, 0), &["Mbit/s", "Mbps", "Mb/s"], &["megabits per second"]),
    unit("Gbit/s", DataRate, (1_000_000_000, 0), &["Gbit/s", "Gbps", "Gb/s"], &["gigabits per second"]),
    unit("MB/s", DataRate, (8_000_000, 0), &["MB/s", "MBps"], &["megabytes per second"]),
    // Frequency, in hertz.
    unit("Hz", Frequency, (1, 0), &["Hz"], &["hertz"]),
    unit("kHz", Frequency, (1000, 0), &["kHz"], &["kilohertz"]),
    unit("MHz", Frequency, (1_000_000, 0), &["MHz"], &["megahertz"]),
    unit("GHz", Frequency, (1_000_000_000, 0), &["GHz"], &["gigahertz"]),
    // Pressure, in pascals.
    unit("Pa", Pressure, (1, 0), &["Pa"], &["pascal"]),
    unit("hPa", Pressure, (100, 0), &["hPa"], &["hectopascal", "hektopascal", "mbar", "millibar"]),
    unit("kPa", Pressure, (1000, 0), &["kPa"], &["kilopascal"]),
    unit("MPa", Pressure, (1_000_000, 0), &["MPa"], &["megapascal"]),
    unit("bar", Pressure, (100_000, 0), &["bar"], &[]),
    unit("psi", Pressure, (6_894_757_293_168, 9), &["psi"], &["pounds per square inch", "pound per square inch"]),
    unit("atm", Pressure, (101_325, 0), &["atm"], &["atmosphere"]),
    // Fuel economy, in miles a US gallon.
    unit("mpg", Fuel, (1, 0), &["mpg", "MPG"], &["mile per gallon", "miles per gallon", "miles per us gallon", "us mpg", "mpg us"]),
    unit("mpg imp", Fuel, (832_674_184_628_989, 15), &[], &["mpg imp", "uk mpg", "mpg uk", "imp mpg", "miles per imperial gallon"]),
    unit("km/l", Fuel, (2_352_145_833_333_333_333, 18), &["km/l", "km/L", "kmpl"], &["kilometers per liter", "kilometres per litre", "kilometer per liter", "kilometre per litre"]),
    Unit { symbol: "l/100km", dimension: Fuel, scale: Scale::Reciprocal { constant: (235_214_583_333_333_333, 15) }, symbols: &["l/100km", "L/100km"], names: &["l/100 km", "liters per 100 km", "litres per 100 km"] },
    // Shares of a whole, in hundredths.
    unit("%", Ratio, (1, 0), &["%", "％", "٪"], &["percent", "per cent", "pct", "prozent", "pour cent", "por ciento", "per cento", "percento", "procent", "por cento"]),
    unit("fraction", Ratio, (100, 0), &[], &["fraction", "proportion"]),
    unit("‰", Ratio, (1, 1), &["‰"], &["per mille", "promille"]),
];
