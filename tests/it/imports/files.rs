//! Files as the services write them, with what one meets in them.

pub(super) const POCKET: &str = "title,url,time_added,tags,status\n\
    \"Kilns, \"\"fired\"\"\",https://example.org/kiln?utm_source=pocket,1714979289,clay|wood fire,archive\n\
    ,https://example.org/untitled,1714979290,,unread\n\
    bad,javascript:alert(1),1714979291,,unread\n\
    again,https://www.example.org/kiln,1714979292,twice,unread\n\
    \"two\nlines\",https://example.org/two,0,\"a, comma\",unread\n";

pub(super) const NETSCAPE: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n\
    <TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n\
    <DT><H3 ADD_DATE=\"1\" PERSONAL_TOOLBAR_FOLDER=\"true\">Toolbar</H3>\n<DL><p>\n\
    <DT><A HREF=\"https://example.org/a?b=1&amp;c=2\" ADD_DATE=\"1714979289\" ICON=\"data:image/png;base64,iVBOR>w0KGgo=\" TAGS=\"x,Y y\">A &lt;b&gt; &#38; c</A>\n\
    <DD>said of a\nin two lines\n\
    <DT><H3>Pots</H3>\n<DL><p>\n<DT><A HREF='https://example.org/pot'>Pot</A>\n</DL><p>\n\
    <DT><A HREF=\"place:sort=8\">Recent</A>\n</DL><p>\n\
    <DT><A HREF=https://example.org/last ADD_DATE=1714979289123456>Last</A>\n</DL><p>\n";

pub(super) const LINKDING_HTML: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n\
    <DT><A HREF=\"https://example.org/d\" ADD_DATE=\"1714979289\" PRIVATE=\"1\" TOREAD=\"0\" TAGS=\"t,linkding:bookmarks.archived\">D</A>\n\
    <DD>about[linkding-notes]noted[/linkding-notes]\n</DL><p>\n";

pub(super) const POCKET_HTML: &str = "<!DOCTYPE html><html><head><title>Pocket Export</title></head><body><h1>Unread</h1><ul>\
    <li><a href=\"https://example.org/u\" time_added=\"1714979289\" tags=\"one,two\">U</a></li></ul><h1>Read Archive</h1><ul>\
    <li><a href=\"https://example.org/r\" time_added=\"1714979289\" tags=\"\">R</a></li></ul></body></html>";

pub(super) const RAINDROP: &str = "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\r\n\
    1,R,my note,ex,https://example.org/r,Craft/Clay,\"one, two\",2024-05-06T07:08:09.000Z,,marked words,true\r\n";

pub(super) const INSTAPAPER: &str = "URL,Title,Selection,Folder,Timestamp,Tags\n\
    https://example.org/i,I,chosen words,Archive,1714979289,\"[\"\"one\"\",\"\"two\"\"]\"\n\
    https://example.org/j,J,,Clay,1714979289,[]\n";

pub(super) const READWISE: &str = "Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n\
    W,https://example.org/w,01h,\"['one', 'two']\",2024-05-06 07:08:09+00:00,0.5,archive,True\n";

pub(super) const OMNIVORE: &str = r#"[{"id":"1","slug":"o","title":"O","description":"d","author":null,"url":"https://example.org/o","state":"Archived",
    "readingProgress":100,"thumbnail":"","labels":["one","two"],"savedAt":"2024-05-06T07:08:09.000Z","updatedAt":"2024-05-06T07:08:09.000Z"}]"#;

pub(super) const LINKDING: &str = r#"{"count":1,"next":null,"previous":null,"results":[{"id":1,"url":"https://example.org/l","title":"","description":"d",
    "notes":"n","website_title":"L","is_archived":true,"unread":false,"tag_names":["one","two"],"date_added":"2024-05-06T07:08:09Z"}]}"#;

pub(super) const LINKWARDEN: &str = r#"{"id":1,"name":"x","collections":[{"id":1,"name":"Craft","links":[{"id":1,"name":"W","type":"url","description":"d",
    "url":"https://example.org/lw","createdAt":"2024-05-06T07:08:09.000Z","tags":[{"id":1,"name":"one"}],"pinnedBy":[{"id":1}]}]}],"pinnedLinks":[]}"#;

pub(super) const KARAKEEP: &str = r#"{"bookmarks":[{"createdAt":1714979289,"title":"K","tags":["one","two"],"content":{"type":"link","url":"https://example.org/k"},
    "note":"n","archived":true},{"createdAt":1714979289,"title":null,"tags":[],"content":{"type":"text","text":"words"},"note":null,"archived":false},
    {"createdAt":1714979289,"title":"T","tags":[],"content":{"type":"text","text":"chosen words","sourceUrl":"https://example.org/t"},"note":"n"}]}"#;

pub(super) const LINKS: &str = "\u{feff}# mine\n\nhttps://example.org/1\nhttp://example.org/2  The second\r\n";
