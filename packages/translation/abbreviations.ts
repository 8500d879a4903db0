/** What a language writes with a full stop in the middle of a sentence. Lower case, no white space. */
export interface Abbreviations {
  /** Never end a sentence: titles, and short forms that introduce something. */
  readonly always: ReadonlySet<string>;
  /** Those of them that do end one when a word follows that begins sentences: `on Main St. It is ...`. */
  readonly mayEnd?: ReadonlySet<string>;
  /** Do not end a sentence when a digit follows: `No. 5`. */
  readonly beforeNumber: ReadonlySet<string>;
  /** Words that, capitalised, begin a sentence also after an initial: `the U.S. The ...`. */
  readonly starters: ReadonlySet<string>;
  /** Whether `5.` is a way to write the ordinal number. */
  readonly ordinals: boolean;
  /** Words that are followed by an ordinal number: `am 5. Mai`. */
  readonly beforeOrdinal: ReadonlySet<string>;
  /** Words that are preceded by an ordinal number, such as the months. */
  readonly afterOrdinal: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));
const none: ReadonlySet<string> = new Set();

const english: Abbreviations = {
  always: words(`
    mr. mrs. ms. messrs. dr. prof. rev. hon. gen. col. maj. capt. cmdr. lt. sgt. sen. rep. gov. st. mt. ft.
    e.g. eg. i.e. ie. viz. cf. vs. v. al. approx. resp. incl. excl. aka. a.k.a. ca. ed. eds. trans. orig. dept.`),
  mayEnd: words(`st. dept. al.`),
  beforeNumber: words(`
    no. nos. nr. fig. figs. eq. eqs. sec. sect. ch. chap. vol. vols. p. pp. art. par. para. ver. tab. app. ex.
    jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.`),
  starters: words(`
    the a an this that these those it he she we you they there here in on at if when while after before but and
    so or as for to however then what who why how where is are do does did can please no yes`),
  ordinals: false,
  beforeOrdinal: none,
  afterOrdinal: none,
};

const german: Abbreviations = {
  always: words(`
    dr. prof. dipl. ing. hr. hrn. fr. st. ca. bzw. bspw. beisp. vgl. ggf. evtl. evt. sog. inkl. exkl. zzgl. gem. lt.
    z.b. d.h. u.a. u.u. i.d.r. i.a. o.ä. o.g. s.o. s.u. z.t. z.zt. v.a. v.chr. n.chr. m.e. e.v. a.d. i.v. allg.
    insb. insbes. max. min. mind. entspr. geb. gest. hrsg. ugs. urspr. versch. ehem. einschl. ausschl. bes. engl.
    dt. frz. lat. griech. resp. svw. d.i. i.e. e.g. mr. mrs. vs. fa. co. mio. mrd. tsd.`),
  mayEnd: words(`v.chr. n.chr. mio. mrd. tsd. e.v.`),
  beforeNumber: words(`
    nr. nrn. abb. tab. bd. bde. kap. abs. abschn. art. s. ss. anm. aufl. jh. jhd. ziff. lfd. tel. str. §. fig. vol.
    no. ver. jan. feb. mär. apr. jun. jul. aug. sep. sept. okt. nov. dez.`),
  starters: words(`
    der die das ein eine dies dieser diese dieses er sie es wir ihr ich man da dann dort hier in im am auf bei wenn
    während nach vor aber und oder wie was wer warum wo ist sind bitte nein ja danach damit dazu so mehr`),
  ordinals: true,
  beforeOrdinal: words(`
    am der die das den dem des zum vom im beim bis ab seit jeder jede jedes jeden jedem dieser diese dieses diesem
    ihr ihre ihrem sein seine seinem mein meine meinem unser unsere unserem ein eine einem einen einer`),
  afterOrdinal: words(`
    januar jänner februar märz april mai juni juli august september oktober november dezember
    jahrhundert jahrhunderts jahrtausend jahrestag geburtstag weltkrieg weltkriegs klasse mal platz rang stock etage
    kapitel teil tag woche monat quartal auflage version`),
};

const french: Abbreviations = {
  always: words(
    `m. mm. mme. mlle. dr. pr. me. st. ste. cf. p.ex. c.-à-d. env. éd. vs. resp. av. apr. j.-c.`,
  ),
  mayEnd: words(`j.-c.`),
  beforeNumber: words(`no. n. art. chap. fig. p. pp. vol. tab. sect. av. apr.`),
  starters: words(
    `le la les un une ce cette ces il elle on nous vous ils elles je mais et ou si quand`,
  ),
  ordinals: false,
  beforeOrdinal: none,
  afterOrdinal: none,
};

const spanish: Abbreviations = {
  always: words(
    `sr. sra. srta. sres. dr. dra. d. dña. ud. uds. vd. vds. p.ej. ej. cf. aprox. vs. st. gral. ee. uu. ee.uu. a.c. d.c. s.`,
  ),
  mayEnd: words(`uu. ee.uu. a.c. d.c.`),
  beforeNumber: words(`n. núm. no. art. cap. fig. pág. págs. p. pp. vol. tab. sec.`),
  starters: words(
    `el la los las un una este esta estos estas él ella yo pero y o si cuando en no sí`,
  ),
  ordinals: false,
  beforeOrdinal: none,
  afterOrdinal: none,
};

const tables: Readonly<Record<string, Abbreviations>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
};

/** The table of a language (ISO 639-1); English's for a language that has none. */
export function abbreviationsOf(language: string): Abbreviations {
  return tables[language] ?? english;
}
