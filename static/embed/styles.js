// One sheet, shared by every bar of the page. A page changes it by --readback- properties, by ::part, and, as
// its own rules for the element are stronger than these, by plain CSS for <reader-reactions>.
// A size container has no width of its own, so the empty grid before it has one for parents that ask: 8 to 32 rem.
// A bar is a list, which fits any word at any width. Where it is as wide as four tiles it has rows of tiles, and one row
// where it is as wide as seven. Rows are flex lines that grow, so that no number of choices leaves a hole. A script makes
// one em of the bar as wide as its widest tile, and sets how many there are in a row: --n, and --p on a phone. On paper a
// bar that is not drawn, and so hidden by its style, leaves no hole.
const css = `:host{flex-wrap:wrap;display:block;overflow-wrap:break-word;font:.9375rem/1.5 system-ui}
:host::before{content:"";display:grid;grid-template-columns:minmax(8rem,min(32rem,90vw))}
:host([hidden]){display:none}
:host([theme=light]),:host([theme=dark]){background:Canvas;padding:1rem;color:CanvasText;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
[part=bar]{container-type:inline-size;width:100%}
[part=question]{margin-bottom:.75rem;font-size:1.125rem;font-weight:600}
[part=choices]{display:flex;flex-wrap:wrap;gap:.375rem}
button{display:flex;align-items:center;flex:1 0 100%;gap:.75rem;max-width:100%;min-height:2.75rem;padding:.375rem .75rem;background:var(--readback-card,#8881);border:1px solid var(--readback-line,#8885);border-radius:var(--readback-radius,.6rem);font:inherit;color:inherit;font-size:.9375rem;line-height:1.2;cursor:pointer}
:enabled:hover,[aria-pressed=true]{border-color:var(--c)}
i{font:1.25rem/1.2 emoji}
span{min-width:0}
b{margin-inline-start:auto;min-height:1.2em}
b::before{content:attr(data-n)}
p{display:flex;flex-wrap:wrap;gap:0 .75rem;min-height:2.5rem;margin:0;padding:.75rem 0;font-size:.8125rem}
summary{padding:.75rem 0;margin:-.75rem 0}
output{position:absolute;clip-path:inset(50%)}
@container(width>=26rem){p{min-height:1.25rem}}
@container(width>=4em){button{flex-basis:calc(100%/4.9);flex-direction:column;justify-content:center;gap:1px;min-height:5.25rem;padding:.375rem 3px;font-size:.8125rem}i{font-size:1.75rem}b{margin:0}}
@container(width>=7em){button{flex-basis:calc(100%/7.9)}}
@media print{:host{color-scheme:light!important}[style^=v]{display:none}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
