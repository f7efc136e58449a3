// One sheet, shared by every bar of the page. A page changes it by --readback- properties, by ::part, and, as
// its own rules for the element are stronger than these, by plain CSS for <reader-reactions>.
// A size container has no width of its own, so the empty grid before it has one for parents that ask: 8 to 32 rem.
// A column of the bar gives what its words do not need to the others. A script sets how many columns there are: --n in
// a wide bar and --p on a phone. On paper a bar that is not drawn, and so hidden by its style, leaves no hole.
const css = `:host{flex-wrap:wrap;display:block;overflow-wrap:anywhere;font:.9375rem/1.5 system-ui}
:host::before{content:"";display:grid;grid-template-columns:minmax(8rem,min(32rem,90vw))}
:host([hidden]){display:none}
:host([theme=light]),:host([theme=dark]){background:Canvas;padding:1rem;color:CanvasText;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
[part=bar]{container-type:inline-size;width:100%}
[part=question]{margin-bottom:.875rem;font-size:1.125rem;font-weight:600}
[part=choices]{grid-template-columns:repeat(var(--n),minmax(3rem,auto));display:grid;gap:.375rem}
button{display:grid;gap:2px;min-height:5.25rem;align-content:center;padding:.5rem 1px;background:linear-gradient(color-mix(in srgb,var(--c) 14%,#0000) 0 0) no-repeat 0/var(--s) 100%,var(--readback-card,color-mix(in srgb,currentColor 3%,#0000));border:1px solid var(--readback-line,color-mix(in srgb,currentColor 18%,#0000));border-radius:var(--readback-radius,.6rem);font:inherit;color:inherit;font-size:.8125rem;line-height:1.2}
[dir=rtl] button{background-position:100%}
:enabled{cursor:pointer}
:enabled:hover,[aria-pressed=true]{border-color:var(--c)}
i{font:1.625rem/1.2 emoji}
b{font-size:.9375rem;line-height:1.1;min-height:1.1em;font-weight:600}
b::before{content:attr(data-n)}
p{margin:.75rem 0 0;font-size:.8125rem;opacity:.8}
output{position:absolute;clip-path:inset(50%)}
@container (width<32rem){div{--n:var(--p)!important}}
@container (width<17rem){div{--n:2!important}}
:host([layout^=co]) button{grid-template-columns:auto 1fr auto;align-items:center;padding:0 .625rem;text-align:start;gap:.375rem;min-height:2.75rem}
:host([layout^=co]) i{font-size:1.125rem}
:host([layout^=com]) [part=choices]{grid-template-columns:repeat(auto-fit,minmax(min(100%,8.5rem),auto))}
:host([layout^=com]) :is([part=question],p:not(.said)){display:none}
:host([layout^=col]) div{--n:1!important}
@media print{:host{color-scheme:light!important}[style^=v]{display:none}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
