// One sheet, shared by every bar of the page. A page changes it by --readback- properties, by ::part, and, as
// its own rules for the element are stronger than these, by plain CSS for <reader-reactions>.
// A size container has no width of its own, so the empty grid before it has one for parents that ask: 8 to 32 rem.
// A bar is a list, which fits any word at any width. Where it is as wide as four tiles it has rows of tiles, and one row
// where it is as wide as seven. Rows are flex lines that grow, so that no number of choices leaves a hole. A script makes
// one em of the bar as wide as its widest tile, and sets how many there are in a row: --n, and --p on a phone. On paper a
// bar that is not drawn, and so hidden by its style, leaves no hole.
const css = `:host{display:block;word-wrap:break-word;font:.9375rem/1.5 system-ui}
:host::before{content:"";display:grid;grid:auto/minmax(8rem,min(32rem,90vw))}
:host([hidden]){display:none}
:host([theme=light]),:host([theme=dark]){color-scheme:light;padding:1rem;background:Canvas;color:CanvasText}
:host([theme=dark]){color-scheme:dark}
[part=bar]{container-type:inline-size;width:100%}
[part=question]{margin-bottom:.75rem;font-size:1.125rem;font-weight:600}
[part=choices]{flex-wrap:wrap;display:flex;gap:.375rem}
button{flex:1 0 100%;color:inherit;padding:.375rem .75rem;font:inherit;line-height:1.2;min-height:2.75rem;align-items:center;gap:.75rem;font-size:.9375rem;background:var(--readback-card,#8881);border:1px solid var(--readback-line,#8885);border-radius:var(--readback-radius,.6rem);display:flex;max-width:100%}
[aria-pressed=true]{border-color:var(--c)}
i{font:1.25rem/1.2 emoji}
span{min-width:0}
b{margin-inline-start:auto;min-height:1.2em}
b::before{content:attr(data-n)}
p{min-height:2.5rem;font-size:.8125rem;margin:0;padding:.75rem 0}
p *{display:inline;padding:.75rem 0}
summary{text-decoration:underline}
:host([layout=column]) [part=bar]{font-size:99rem!important}
:host([layout=compact]) [part=question]{display:none}
output{clip-path:inset(50%);position:absolute}
@container(width>=26rem){p{min-height:1.25rem}.few button{flex-basis:20%}}
@container(width>=4em){button{flex-basis:20%;justify-content:center;gap:1px;padding:.375rem 3px;flex-direction:column;font-size:.8125rem;min-height:5.25rem}i{font-size:1.75rem}b{margin:0}:host([layout=compact]) [style^=v] button{height:3rem;min-height:0}}
@container(width>=7em){button{flex-basis:13%}}
@media print{:host{color-scheme:light!important}[style^=v]{display:none}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
