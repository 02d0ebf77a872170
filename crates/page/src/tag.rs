//! The elements and attributes that the page reader knows by name.

macro_rules! names {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident $name:literal),+ $(,)? } else $other:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(super) enum $kind { $($variant,)+ $other }

        impl $kind {
            /// Finds it by its name in lower case.
            pub(super) fn of(name: &str) -> Self {
                match name { $($name => Self::$variant,)+ _ => Self::$other }
            }

            /// Its name in lower case; empty for any other.
            #[allow(dead_code)]
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::$other => "" }
            }
        }
    };
}

names! {
    /// An element by name.
    Tag {
        Html "html", Head "head", Body "body", Title "title", Meta "meta", Link "link", Base "base",
        Script "script", Style "style", Noscript "noscript", Template "template", Svg "svg",
        Math "math", Iframe "iframe", Noembed "noembed", Noframes "noframes",
        Textarea "textarea", Xmp "xmp", Object "object", Embed "embed", Canvas "canvas",
        Audio "audio", Video "video", Source "source", Track "track", Area "area", Map "map",
        Select "select", Option "option", Optgroup "optgroup", Datalist "datalist",
        Input "input", Button "button", Form "form", Label "label", Fieldset "fieldset",
        Legend "legend", Param "param", Wbr "wbr", Col "col", Colgroup "colgroup",
        Address "address", Article "article", Aside "aside", Blockquote "blockquote",
        Center "center", Details "details", Summary "summary", Dialog "dialog", Div "div",
        Dl "dl", Dt "dt", Dd "dd", Figure "figure", Figcaption "figcaption", Footer "footer",
        Header "header", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Hr "hr",
        Hgroup "hgroup", Main "main", Menu "menu", Nav "nav", Ol "ol", Ul "ul", Li "li", P "p",
        Pre "pre", Search "search", Section "section",
        Table "table", Caption "caption", Thead "thead", Tbody "tbody", Tfoot "tfoot", Tr "tr",
        Td "td", Th "th",
        A "a", B "b", Big "big", Code "code", Em "em", Font "font", I "i", Nobr "nobr", S "s",
        Small "small", Strike "strike", Strong "strong", Tt "tt", U "u",
        Br "br", Img "img", Span "span", Sub "sub", Sup "sup", Time "time", Data "data",
        Meter "meter", Abbr "abbr", Cite "cite", Del "del", Ins "ins",
        Rt "rt", Rp "rp", Rtc "rtc", Msup "msup", Msub "msub", Mfrac "mfrac",
        Annotation "annotation", AnnotationXml "annotation-xml",
        Text "#text",
    } else Other
}

impl Tag {
    /// The number of tags, including the unknown one.
    pub(super) const COUNT: usize = Self::Other as usize + 1;

    /// Finds it by its name in any case.
    pub(super) fn from_name_ignoring_case(name: &str) -> Self {
        let mut lower = [0_u8; 16];
        let Some(buffer) = lower.get_mut(..name.len()) else { return Self::Other };
        buffer.copy_from_slice(name.as_bytes());
        buffer.make_ascii_lowercase();
        std::str::from_utf8(buffer).map_or(Self::Other, Self::of)
    }

    /// Whether it has no content and no end tag.
    pub(super) fn is_void(self) -> bool {
        matches!(
            self,
            Self::Meta
                | Self::Link
                | Self::Base
                | Self::Embed
                | Self::Source
                | Self::Track
                | Self::Area
                | Self::Input
                | Self::Param
                | Self::Wbr
                | Self::Col
                | Self::Hr
                | Self::Br
                | Self::Img
        )
    }

    /// Whether its content is characters, not tags.
    pub(super) fn is_raw_text(self) -> bool {
        matches!(
            self,
            Self::Title
                | Self::Script
                | Self::Style
                | Self::Noscript
                | Self::Iframe
                | Self::Noembed
                | Self::Noframes
                | Self::Textarea
                | Self::Xmp
        )
    }

    /// Whether it is a formatting element, which a parser opens again after a block ends inside it.
    pub(super) fn is_formatting(self) -> bool {
        matches!(
            self,
            Self::A
                | Self::B
                | Self::Big
                | Self::Code
                | Self::Em
                | Self::Font
                | Self::I
                | Self::Nobr
                | Self::S
                | Self::Small
                | Self::Strike
                | Self::Strong
                | Self::Tt
                | Self::U
        )
    }

    /// Whether its end tag may close cells.
    pub(super) fn is_table_part(self) -> bool {
        matches!(
            self,
            Self::Table
                | Self::Caption
                | Self::Thead
                | Self::Tbody
                | Self::Tfoot
                | Self::Tr
                | Self::Td
                | Self::Th
        )
    }

    /// Whether it is on lines of its own.
    pub(super) fn is_block(self) -> bool {
        (Self::Address..=Self::Th).contains(&self)
            || matches!(self, Self::Html | Self::Body | Self::Form | Self::Fieldset | Self::Legend)
    }

    /// The level of `<h1>` to `<h6>`, from 1 to 6.
    pub(super) fn heading_level(self) -> Option<usize> {
        (Self::H1..=Self::H6).contains(&self).then(|| self as usize - Self::H1 as usize + 1)
    }

    /// Whether it is never visible, or is a control's inner text rather than the page's.
    pub(super) fn is_unseen(self) -> bool {
        matches!(
            self,
            Self::Head
                | Self::Title
                | Self::Meta
                | Self::Link
                | Self::Base
                | Self::Select
                | Self::Option
                | Self::Datalist
                | Self::Template
                | Self::Svg
                | Self::Rt
                | Self::Rp
                | Self::Rtc
                | Self::Annotation
                | Self::AnnotationXml
                | Self::Canvas
                | Self::Audio
                | Self::Video
                | Self::Object
        ) || self.is_raw_text()
    }
}

names! {
    /// An attribute by name; the others are not kept.
    Attr {
        Class "class", Id "id", Href "href", Src "src", Content "content", Name "name",
        Property "property", Itemprop "itemprop", Itemscope "itemscope", Itemtype "itemtype",
        Itemid "itemid", Itemref "itemref", Typeof "typeof", Vocab "vocab", Resource "resource",
        About "about", Prefix "prefix", Datetime "datetime", Value "value", Type "type",
        Hidden "hidden", Style "style", AriaHidden "aria-hidden", Lang "lang", Rel "rel",
        Colspan "colspan", Rowspan "rowspan", Headers "headers", Scope "scope", DataLabel "data-label", DataTitle "data-title",
        DataTh "data-th", HttpEquiv "http-equiv", DataAttribute "data", Datatype "datatype",
        Title "title", Role "role", Open "open", Media "media", Action "action",
        AriaLabel "aria-label", DataCfemail "data-cfemail",
        // Any other attribute that holds JSON; no attribute of a page has this name.
        Json "#json",
    } else Other
}
