"""The look of the PDF, as a Typst program. It reads the document as data: no word of ours is ever Typst markup."""

TEMPLATE = r"""
#let doc = json("document.json")
#let quiet = rgb("#52606d")
#let line-colour = rgb("#d3d9e0")
#let accent = rgb("#0b4f6c")

#set document(title: doc.title, author: doc.organisation, description: doc.mark, date: auto)
#set text(lang: doc.language, region: "SE", font: "DejaVu Sans", size: 9pt, fill: rgb("#1f2933"), hyphenate: true,
  costs: (hyphenation: 400%))
#set par(leading: 0.7em, spacing: 1.05em, linebreaks: "optimized")
#set page(
  paper: "a4",
  margin: (left: 25mm, right: 25mm, top: 23mm, bottom: 20mm),
  header: text(7.6pt, fill: quiet, hyphenate: false, grid(columns: (auto, 1fr), column-gutter: 1em,
    text(weight: "bold", doc.mark), align(right, doc.organisation))),
  footer: text(7.6pt, fill: quiet, hyphenate: false, grid(columns: (1fr, auto), column-gutter: 1em,
    doc.diarienummer, context [#doc.page #counter(page).display() #doc.of #counter(page).final().first()])),
)
#show title: set text(18pt, hyphenate: false)
#show title: set par(leading: 0.5em)
#show title: set block(below: 0.7em)
#show heading: set text(hyphenate: false)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set text(15pt)
#show heading.where(level: 1): set block(above: 1.8em, below: 0.75em)
#show heading.where(level: 2): set text(11.5pt)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.7em)
#show heading.where(level: 3): set text(9.8pt)
#show heading.where(level: 3): set block(above: 1.8em, below: 0.8em)
#show link: set text(fill: accent)
#show regex("\d[\d\u{a0}]*–\d[\d\u{a0}]*"): it => box(it)  // a range is never divided
#show table.cell.where(y: 0): set text(weight: "bold")
#set footnote.entry(separator: line(length: 25%, stroke: 0.5pt + quiet), gap: 0.6em)
#show footnote.entry: set text(8pt)
#set list(indent: 0.4em, body-indent: 0.7em, spacing: 0.8em)
#set enum(indent: 0.4em, body-indent: 0.7em, spacing: 0.8em)
#set figure(gap: 0.8em)
#set figure.caption(position: top)
#show figure.caption: set align(left)
#show figure: set align(left)

#let caption-of(part) = par(leading: 0.6em, text(hyphenate: false, {
  text(8.8pt, weight: "bold", part.label + [. ] + part.title)
  if doc.caption_mark != "" { text(7.6pt, fill: quiet, [ · ] + doc.caption_mark) }
  if part.scope != "" { linebreak(); text(8pt, fill: quiet, part.scope) }
}))

// What stands under a table or a chart never leaves it for the next page.
#let below(part) = block(above: 0.7em, below: 0pt, text(7.8pt, fill: quiet, hyphenate: false, par(leading: 0.55em,
  part.below.map(it => [#it]).join(linebreak()))))

// Only long words are divided: the simple line breaking of a table would divide any.
#let words(it) = it.split(" ").map(word => text(hyphenate: word.clusters().len() > 12, word)).join(" ")

#let grid-of(part) = table(
  columns: part.widths.map(share => share * 160mm),
  align: (x, y) => (if part.numeric.at(x) { right } else { left }) + (if y == 0 { bottom } else { top }),
  inset: (x, y) => (left: if x == 0 { 0pt } else { 0.55em }, right: 0.55em, top: 0.45em, bottom: 0.45em),
  stroke: (x, y) => (
    top: if y == 0 { 0.9pt } else if y == 1 { 0.6pt } else { 0.4pt + line-colour },
    bottom: if y == part.rows { 0.9pt } else { none },
  ),
  table.header(..part.header.map(it => table.cell(words(it)))),
  ..part.cells.flatten().map(it => table.cell(words(it))),
)

#let table-of(part) = {
  show figure: set block(breakable: part.long)
  set text(if part.small { 7.2pt } else { 8.4pt })
  set par(leading: 0.55em, linebreaks: "simple")
  block(breakable: part.long, above: 1.6em, below: 1.6em, {
    [#figure(grid-of(part), kind: table, supplement: none, numbering: none, outlined: false, caption: caption-of(part))
      #label(part.anchor)]
    below(part)
  })
}

#let picture-of(part) = block(breakable: false, above: 1.6em, below: 1.6em, {
  [#figure(image(part.file, width: 100%, alt: part.alt), kind: image, supplement: none, numbering: none,
    outlined: false, alt: part.alt, caption: caption-of(part)) #label(part.anchor)]
  below(part)
})

#let show-blocks(blocks, inline: false) = {
  let show-run(run) = {
    let body = [#run.text]
    if run.emphasis { body = emph(body) }
    if run.strong { body = strong(body) }
    if run.note > 0 {
      let name = label("not-" + str(run.note))
      if run.first { [#footnote(show-blocks(doc.footnotes.at(run.note - 1), inline: true))#name] }
      else { footnote(name) }
    } else if run.url != "" { link(run.url, body) }
    else if run.anchor != "" { link(label(run.anchor), body) }
    else { body }
  }
  let show-runs(runs) = runs.map(show-run).join()
  for (place, it) in blocks.enumerate() {
    if inline and it.kind == "paragraph" {  // a footnote begins on its number's line
      if place > 0 { linebreak() }
      show-runs(it.runs)
    }
    else if it.kind == "heading" { heading(level: it.level, it.text) }
    else if it.kind == "paragraph" {  // what leads to a list stays with it
      let leads = place + 1 < blocks.len() and blocks.at(place + 1).kind == "list"
      if leads { block(sticky: true, spacing: 1.05em, par(show-runs(it.runs))) } else { par(show-runs(it.runs)) }
    }
    else if it.kind == "list" {
      let items = it.items.map(item => show-blocks(item))
      if it.ordered { enum(..items) } else { list(..items) }
    }
    else if it.kind == "box" {
      block(breakable: false, width: 100%, above: 1.4em, below: 1.4em, inset: (left: 1.2em, right: 1.2em, y: 0.9em),
        fill: rgb("#f4f6f8"), stroke: (left: 2.5pt + accent), show-blocks(it.blocks))
    }
    else if it.kind == "table" { table-of(it) }
    else { picture-of(it) }
  }
}

#title(doc.heading.join(linebreak()))
#if doc.subtitle != "" { block(above: 0pt, below: 1em, text(11pt, fill: quiet, hyphenate: false, doc.subtitle)) }
#block(above: 0.6em, below: 1.2em, text(8.4pt, hyphenate: false, par(leading: 0.7em,
  doc.facts.map(fact => text(fill: quiet, fact.at(0) + ": ") + fact.at(1)).join(linebreak()))))
#if doc.reservation != "" { block(text(8.4pt, fill: quiet, doc.reservation)) }

#show-blocks(doc.blocks)
"""
