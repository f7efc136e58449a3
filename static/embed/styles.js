// One sheet, shared by every bar of the page. A page changes it by --readback- properties, by ::part, and, as
// its own rules for the element are stronger than these, by plain CSS for <reader-reactions>.
const css = `:host{display:block;container-type:inline-size;font:.9375rem/1.5 system-ui}
:host([hidden]){display:none}
:host([theme=light]),:host([theme=dark]){padding:1rem;color:CanvasText;background:Canvas;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
[part=question]{margin-bottom:.875rem;font-size:1.125rem;font-weight:600}
[role=group]{display:grid;grid-template-columns:repeat(var(--n,7),minmax(0,1fr));gap:.5rem}
button{display:grid;justify-items:center;align-content:center;gap:2px;min-height:5.25rem;padding:.5rem 2px;border:1px solid var(--readback-line,color-mix(in srgb,currentColor 18%,#0000));border-radius:var(--readback-radius,.6rem);background:linear-gradient(color-mix(in srgb,var(--c) 14%,#0000) 0 0) no-repeat 0/var(--s) 100%,var(--readback-card,color-mix(in srgb,currentColor 3%,#0000));color:inherit;font:inherit;font-size:.8125rem;line-height:1.2}
[dir=rtl] button{background-position:100%}
:enabled{cursor:pointer}
:enabled:hover,[aria-pressed=true]{border-color:var(--c)}
i{font:1.625rem/1.2 emoji}
b{min-height:1.1em;font-size:.9375rem;line-height:1.1;font-weight:600}
b::before{content:attr(data-n)}
p{margin:.75rem 0 0;font-size:.8125rem;opacity:.8}
output{position:absolute;clip-path:inset(50%)}
@container (width<=32rem){[role=group]{--n:4}}
@container (width<=17rem){[role=group]{--n:2}}
:host([layout^=co]) button{grid-template-columns:auto 1fr auto;justify-items:start;align-items:center;gap:.5rem;min-height:2.75rem;padding:0 .75rem}
:host([layout^=co]) i{font-size:1.125rem}
:host([layout^=com]) [role=group]{grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr))}
:host([layout^=com]) :is([part=question],p:not(.said)){display:none}
:host([layout^=col]) [role=group]{--n:1}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
