//! Words that carry a sentence and not its subject. Questions leave them out; the index keeps them.
//!
//! Spelled as [`super::fold`] leaves them: lower-case, without diacritics or apostrophes. The lists are short: a word
//! that might be somebody's subject is not in them.

/// A language's primary subtag and its stop words.
const LISTS: [(&str, &str); 16] = [
    ("en", EN),
    ("da", DA),
    ("de", DE),
    ("es", ES),
    ("fi", FI),
    ("fr", FR),
    ("hu", HU),
    ("it", IT),
    ("nb", NO),
    ("nl", NL),
    ("no", NO),
    ("pt", PT),
    ("ro", RO),
    ("ru", RU),
    ("sv", SV),
    ("tr", TR),
];

/// The stop words of a language, by its primary subtag; none where it has no list.
pub(super) fn of(language: &str) -> impl Iterator<Item = &'static str> {
    let list = LISTS.iter().find(|(name, _)| *name == language).map_or("", |(_, words)| words);
    list.split_whitespace()
}

const EN: &str = "a about above after again against all also am an and any are arent as at be because been before being \
    below between both but by can cannot cant could couldnt did didnt do does doesnt doing dont down during each few for \
    from further had hadnt has hasnt have havent having he hed hell her here heres hers herself hes him himself his how \
    hows i id if ill im in into is isnt it its itself ive just lets me might more most must mustnt my myself no nor not of \
    off on once only or other ought our ours ourselves out over own shall shant she shes should shouldnt so some such than \
    that thats the their theirs them themselves then there theres these they theyd theyll theyre theyve this those through \
    to too under until up upon us very was wasnt we wed were werent weve what whats when whens where wheres which while who \
    whom whos whose why whys will with wont would wouldnt you youd youll your youre yours yourself yourselves youve";

const DA: &str = "af alle alt at blev bliver da de dem den denne der deres det dette dig din dine disse du efter eller en end er et \
    for fra ham han hans har havde hende hendes her hos hun hvad hvem hvis hvor hvordan hvorfor i ikke ind jeg jer jo kan kunne man \
    med meget men mig min mine mit nar nogle noget nu og ogsa om op os over pa sa sadan selv sig sin sine sit skal skulle som til ud \
    under var vi vil ville vor vaere vaeret";

const DE: &str = "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann das dass \
    dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer \
    eines er es etwas euch euer eure fur gegen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren \
    ihrer im in ins ist ja jede jedem jeden jeder jedes jene jener kann kein keine keinem keinen keiner konnen konnte man mein meine \
    meinem meinen meiner mich mir mit muss mussen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit \
    sich sie sind so soll sollen sollte sondern sonst uber um und uns unser unsere unter viel vom von vor wann war waren warum was \
    weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wirst wo wollen wollte wurde wurden \
    zu zum zur zwar zwischen";

const ES: &str = "a al algo algunas algunos ante antes aquel aquella asi aun como con contra cual cuales cuando de del desde donde dos e el \
    ella ellas ellos en entre era eran eres es esa esas ese eso esos esta estaba estan estar estas este esto estos estoy fue fueron \
    ha habia hace han hasta hay he la las le les lo los mas me mi mis mucho muy nada ni no nos nosotros o os otra otras otro otros \
    para pero poco por porque que quien quienes se sea ser si sido sin sobre son soy su sus suya suyo tambien tan tanto te tiene \
    tienen todo todos tu tus un una uno unos y ya yo";

const FI: &str = "ei ehka emme en ette eivat etta han hanen he heidan hyvin itse ja jo joka jonka jos jotka kanssa kuin kuinka kun kuten \
    me mika mina minun missa mita miten mutta myos ne niin nain no nyt ole olen olet olemme olette oli olivat olla on ovat se sen \
    sina sinun sita siina taa tai te tama taman tassa tata vai vaan vaikka voi";

const FR: &str = "a ai alors au aucun aussi autre aux avaient avait avant avec avez avoir avons c car ce ceci cela celle celles celui ces cet \
    cette ceux chez comme comment d dans de des donc dont du elle elles en encore entre es est et etaient etait ete etes etre eu eux \
    fait il ils j je l la le les leur leurs lui m ma mais me meme mes moi moins mon n ne ni nos notre nous on ont ou par parce pas \
    peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont sous suis sur t ta \
    te tes toi ton tous tout toute toutes tres tu un une vers vos votre vous y";

const HU: &str = "a abban ahhoz aki akik amely amelyek ami amig az azert azok azon azt be belul benne bar csak de e eddig egy egyes ehhez \
    el eleg en es ez ezek ezen ezert ezt fel ha hanem hogy hol hogyan igen illetve is itt ki kell kivul le legyen lehet lesz maga \
    majd meg mert mi miert mig mikor mint minden mit mivel most nagyon nem nincs o ok olyan ott ra sem sok szamara tehat tobb \
    ugy vagy vagyok van vannak volt";

const IT: &str = "a ad agli ai al alla alle allo anche avere aveva c che chi ci come con contro cosa cui d da dagli dai dal dalla dalle \
    degli dei del della delle dello di dove e ed era erano essere fra gli ha hai hanno ho i il in io l la le lei li lo loro lui ma me \
    mi mia mie miei mio ne negli nei nel nella nelle nello noi non nostra nostro o per perche piu poi quale quali quando quanto \
    quella quelle quelli quello questa queste questi questo se sei si sia siamo sono su sua sue sugli sui sul sulla suo suoi te ti \
    tra tu tua tuo un una uno vi voi";

const NL: &str = "aan al alles als altijd ben bent bij daar dan dat de der deze die dit doen door dus een eens en er ge geen had heb hebben \
    heeft hem het hier hij hoe hun iets ik in is ja je jij jullie kan kon kunnen maar me men met mij mijn moet na naar niet niets nog \
    nu of om omdat ons ook op over reeds te tegen toch toen tot u uit uw van veel voor waar waarom wanneer want waren was wat we welke \
    werd wezen wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou";

const NO: &str = "alle at av ble bli blir da de deg dem den denne der dere deres det dette di din disse ditt du eller en enn er et etter for \
    fra fordi ha hadde han hans har henne hennes her hos hun hva hvem hver hvilken hvis hvor hvordan hvorfor i ikke inn jeg kan kunne \
    man med meg men min mitt mot mye na nar noe noen og ogsa om opp oss over pa sa sin sine sitt skal skulle slik som til ut var vart \
    ved vi vil ville vaere vaert";

const PT: &str = "a ao aos aquela aquele aqueles aquilo as ate com como da das de dela dele deles depois do dos e ela elas ele eles em entre \
    era eram essa essas esse esses esta estao estas estava este estes eu foi foram ha isso isto ja la lhe lhes mais mas me mesmo meu \
    meus minha minhas muito na nao nas nem no nos nossa nosso num numa o onde os ou para pela pelas pelo pelos por porque qual quais \
    quando que quem sao se seja sem ser seu seus so sobre sua suas tambem te tem tinha tu um uma voce voces";

const RO: &str = "a acea aceasta aceea acei acel acela acele acest aceste acestea acestui ai al ale am ar are as asa asta atat au avea ca cand \
    care cat catre ce cel cei cele cine cu cum da daca dar de deci decat deja despre din dintre doar dupa e ea ei el ele era este eu fi \
    fie fost i iar ii il in insa intre isi la le lor lui ma mai mea mei meu mi nici nu o ori pana pe pentru poate prin sa sale sau se \
    si sunt te toate tot toti tu un una unde unei unor unui va vor";

const RU: &str = "а без более бы был была были было быть в вам вас ведь весь во вот все всегда всего всех вы где да даже для до его ее если \
    есть еще же за здесь и из или им их к как какая какой когда конечно кто ли лучше между меня мне много может можно мой моя мы на \
    над надо наш не него нее ней нет ни них но ну о об однако он она они оно от очень по под после потому почему при про раз с сам \
    свою себе себя со так также такой там тебя тем теперь то тогда того тоже только том тот тут ты у уже хотя чего чей чем что чтобы \
    чье чья эта эти это этого этой этом этот эту я";

const SV: &str = "alla allt an att av blev bli blir da dar de dem den denna deras dess dessa det detta dig din dina ditt du efter ej eller en \
    er era ett fran for han hans har hade hennes henne hon honom hos hur i icke in inom inte jag ju kan kunde man med mellan men \
    mig min mina mitt mot mycket nar nagon nagot nagra ni nu och om oss over pa sa sadan sedan sig sin sina sitt sjalv ska skulle som \
    till under upp ut utan vad var vara varfor vart vem vi vid vilka vilken vilket";

const TR: &str = "acaba ama ancak bazi belki ben beni benim bir biri biz bize bizim bu buna bunda bundan bunu bunun cok cunku da daha de degil \
    diye eger en gibi hem hep her hic icin ile ise kadar ki kim mi mu ne neden nerede nicin o olan olarak oldu olur on ona onlar onu \
    onun sen siz sey su ve veya ya yani";
