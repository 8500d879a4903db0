"""Makes the documents of testdata/documents, with python-docx 1.2.0, python-pptx 1.0.2, odfpy 1.4.1 and EbookLib 0.20.

    pip install python-docx==1.2.0 python-pptx==1.0.2 odfpy==1.4.1 EbookLib==0.20
    python scripts/golden/documents.py testdata/documents
"""

import io
import sys
import zipfile
from pathlib import Path

import docx
import pptx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from ebooklib import epub
from odf import dc, text as odf_text
from odf.office import Annotation
from odf.opendocument import OpenDocumentText
from odf.style import Footer, Header, MasterPage, PageLayout, Style, TextProperties
from odf.table import Table, TableCell, TableRow


def make_docx(path: Path) -> None:
    document = docx.Document()
    document.core_properties.author = "Heed"
    section = document.sections[0]
    section.header.paragraphs[0].text = "A header for every page"
    footer = section.footer.paragraphs[0]
    footer.add_run("Page ")
    for kind, instruction in [("begin", None), (None, " PAGE "), ("separate", None), ("text", "1"), ("end", None)]:
        run = footer.add_run("1" if kind == "text" else "")
        if instruction and kind is None:
            element = OxmlElement("w:instrText")
            element.text = instruction
            run._r.append(element)
        elif kind != "text":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
    document.add_heading("The garden", level=1)
    split = document.add_paragraph()
    for part in ["The gard", "ener wat", "ers the flow", "ers."]:  # as Word divides words
        split.add_run(part)
    styled = document.add_paragraph("She reads a ")
    styled.add_run("very old").bold = True
    styled.add_run(" book & ")
    styled.add_run("smiles").italic = True
    styled.add_run(".")
    linked = document.add_paragraph("Look at ")
    relation = document.part.relate_to(
        "https://example.org/", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True
    )
    linked._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>our page</w:t></w:r></w:hyperlink>'
        )
    )
    linked.add_run(" today.\tThen rest.")
    noted = document.add_paragraph("A sentence with a remark.")
    document.add_comment(noted.runs, text="Only for the writer", author="Heed")
    table = document.add_table(rows=2, cols=2)
    for i, words in enumerate(["Fruit", "Price", "Apple", "2.50"]):
        table.cell(i // 2, i % 2).text = words
    box = (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape style="width:99pt">'
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>Words in a box</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</v:shape></w:pict></w:r>"
    )
    boxed = document.add_paragraph("Before the box ")
    boxed._p.append(parse_xml(box))
    boxed.add_run("and behind it.")
    buffer = io.BytesIO()
    document.save(buffer)
    add_footnotes(buffer, path)


def add_footnotes(buffer: io.BytesIO, path: Path) -> None:
    """python-docx has no footnotes."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    footnotes = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {space}><w:footnote w:id="2"><w:p>'
        '<w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> See the last page.</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info).decode("utf-8", "surrogateescape")
            if info.filename == "[Content_Types].xml":
                content = content.replace("</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>')
            if info.filename == "word/document.xml":
                content = content.replace("smiles</w:t></w:r>", f"smiles</w:t></w:r>{reference}")
            if info.filename == "word/_rels/document.xml.rels":
                relation = '<Relationship Id="rId99" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/>'
                content = content.replace("</Relationships>", f"{relation}</Relationships>")
            target.writestr(info, content.encode("utf-8", "surrogateescape"))
        target.writestr("word/footnotes.xml", footnotes)


def make_pptx(path: Path) -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Our summer"
    frame = slide.placeholders[1].text_frame
    frame.text = "We swim in the lake"
    paragraph = frame.add_paragraph()
    for words, bold in [("It is ", False), ("very", True), (" war", False), ("m.", False)]:
        run = paragraph.add_run()
        run.text = words
        run.font.bold = True if bold else None
    slide.notes_slide.notes_text_frame.text = "Speak slowly here."
    table = slide.shapes.add_table(1, 2, 0, 0, 914400, 914400).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Day", "7"
    presentation.save(path)


def make_odt(path: Path) -> None:
    document = OpenDocumentText()
    bold = Style(name="T1", family="text")
    bold.addElement(TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    layout = PageLayout(name="pl")
    document.automaticstyles.addElement(layout)
    page = MasterPage(name="Standard", pagelayoutname=layout)
    for kind, words in [(Header, "A line on top"), (Footer, "A line below")]:
        part = kind()
        part.addElement(odf_text.P(text=words))
        page.addElement(part)
    document.masterstyles.addElement(page)
    document.text.addElement(odf_text.H(outlinelevel=1, text="The harbour"))
    paragraph = odf_text.P(text="A ship ")
    paragraph.addElement(odf_text.Span(stylename=bold, text="leaves"))
    paragraph.addText(" the har")
    paragraph.addElement(odf_text.Span(stylename="T9", text="bour"))
    paragraph.addText(" & sails.")
    note = odf_text.Note(id="n1", noteclass="footnote")
    note.addElement(odf_text.NoteCitation(text="1"))
    body = odf_text.NoteBody()
    body.addElement(odf_text.P(text="It was a small ship."))
    note.addElement(body)
    paragraph.addElement(note)
    document.text.addElement(paragraph)
    remark = odf_text.P(text="Nobody saw it.")
    annotation = Annotation()
    annotation.addElement(dc.Creator(text="Heed"))
    annotation.addElement(odf_text.P(text="Only for the writer"))
    remark.addElement(annotation)
    document.text.addElement(remark)
    # A style that says nothing but when it was typed, as LibreOffice writes them.
    table = Table(name="Fruit")
    row = TableRow()
    for words in ["Apple", "2.50"]:
        cell = TableCell()
        cell.addElement(odf_text.P(text=words))
        row.addElement(cell)
    table.addElement(row)
    document.text.addElement(table)
    buffer = io.BytesIO()
    document.write(buffer)
    revision = '<style:style style:name="T9" style:family="text"><style:text-properties officeooo:rsid="0012"/></style:style>'
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "content.xml":
                space = b'xmlns:officeooo="http://openoffice.org/2009/office" office:version'
                content = content.replace(b"office:version", space, 1)
                content = content.replace(b"</office:automatic-styles>", revision.encode() + b"</office:automatic-styles>", 1)
            target.writestr(info, content)


def make_epub(path: Path) -> None:
    book = epub.EpubBook()
    book.set_identifier("heed-1")
    book.set_title("The island")
    book.set_language("en")
    chapters = []
    for number, words in enumerate(["The boat came at <i>night</i>.", "Nobody was &amp; is there."], 1):
        chapter = epub.EpubHtml(title=f"Part {number}", file_name=f"text/part{number}.xhtml", lang="en")
        chapter.content = f"<h1>Part {number}</h1><p>{words}</p><p><code>let a</code></p>"
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["nav", *chapters]
    epub.write_epub(str(path), book)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    make_docx(folder / "garden.docx")
    make_pptx(folder / "summer.pptx")
    make_odt(folder / "harbour.odt")
    make_epub(folder / "island.epub")
