// One sheet, shared by every bar of the page. A page changes it by --readback- properties, by ::part, and, as
// its own rules for the element are stronger than these, by plain CSS for <reader-reactions>.
const css = `:host{display:block;font:.9375rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
:host::before{content:"";display:grid;grid-template-columns:minmax(8rem,32rem)}
:host([hidden]){display:none}
:host([theme=light]),:host([theme=dark]){padding:1rem;color:CanvasText;background:Canvas;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
[part=bar]{container-type:inline-size}
[part=question]{margin-bottom:.875rem;font-size:1.125rem;font-weight:600}
[role=group]{display:grid;grid-template-columns:repeat(var(--n),minmax(3rem,auto));gap:.375rem}
button{display:grid;align-content:center;justify-items:center;gap:2px;min-height:5.25rem;padding:.5rem 0;border:1px solid var(--readback-line,color-mix(in srgb,currentColor 18%,#0000));border-radius:var(--readback-radius,.6rem);background:linear-gradient(color-mix(in srgb,var(--c) 14%,#0000) 0 0) no-repeat 0/var(--s) 100%,var(--readback-card,color-mix(in srgb,currentColor 3%,#0000));color:inherit;font:inherit;font-size:.8125rem;line-height:1.2}
[dir=rtl] button{background-position:100%}
:enabled{cursor:pointer}
:enabled:hover,[aria-pressed=true]{border-color:var(--c)}
i{font:1.625rem/1.2 "Apple Color Emoji","Segoe UI Emoji","Noto Color Emoji",sans-serif}
b{min-height:1.1em;font-size:.9375rem;line-height:1.1;font-weight:600}
b::before{content:attr(data-n)}
p{margin:.75rem 0 0;font-size:.8125rem;opacity:.8}
output{position:absolute;clip-path:inset(50%)}
@container (width<32rem){[role=group]{--n:var(--p)!important}}
@container (width<17rem){[role=group]{--n:2!important}}
:host([layout^=co]) button{grid-template-columns:auto 1fr auto;justify-items:start;align-items:center;gap:.375rem;min-height:2.75rem;padding:0 .625rem}
:host([layout^=co]) i{font-size:1.125rem}
:host([layout^=com]) [role=group]{grid-template-columns:repeat(auto-fit,minmax(min(100%,8rem),auto))}
:host([layout^=com]) :is([part=question],p:not(.said)){display:none}
:host([layout^=col]) [role=group]{--n:1!important}
@media print{[style^=v]{display:none}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
