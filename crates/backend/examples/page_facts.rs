fn main() {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file).unwrap();
        let page = ampledata_backend::page::read(&bytes, &Default::default()).unwrap();
        println!(
            "=== {file} title={:?} lang={:?} pub={:?} mod={:?} access={:?}",
            page.title, page.language, page.published, page.modified, page.access
        );
        for (i, e) in page.entities.iter().enumerate() {
            println!(
                "  E{i} {:?} name={:?} parent={:?} role={:?}",
                e.types, e.name, e.parent, e.role
            );
        }
        for f in &page.facts {
            let mut v = f.value.replace('\n', " ");
            if v.len() > 150 {
                let mut n = 150;
                while !v.is_char_boundary(n) {
                    n -= 1;
                }
                v.truncate(n);
            }
            println!(
                "  {:?} e={:?} [{}] row={:?} sec={:?} => {} link={:?}",
                f.kind, f.entity, f.label, f.row, f.section, v, f.link
            );
        }
        if std::env::var("TEXT").is_ok() {
            println!("{}", page.text);
        }
    }
}
