// One sheet, shared by every element of the page, with the properties and the manners of the bar's. Also
// what gives it a width in any parent, whatever readers write.
const css = `:host{display:block;overflow-wrap:anywhere;font:.9375rem/1.5 system-ui}
:host::before{display:grid;grid-template-columns:minmax(8rem,min(40rem,90vw));content:""}
:host([hidden]),[hidden]{display:none!important}
:host([theme=light]),:host([theme=dark]){padding:1rem;background:Canvas;color:CanvasText;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
h2{font-size:1rem;margin:0}
ol{list-style:none;padding:0;margin:0}
ol ol{padding-inline-start:1rem;border-inline-start:2px solid var(--l)}
li{border-block-start:1px solid var(--l);padding-block:.75rem}
ol ol li{border:0}
li:focus{outline:2px solid var(--a)}
[part=comments]{min-height:26rem;--a:var(--readback-accent,currentColor);--l:var(--readback-line,color-mix(in srgb,currentColor 18%,#0000));contain:inline-size}
p{margin:0}
form,small,label{display:block;margin-block:.5rem}
[part=text]{white-space:pre-wrap}
:has(+details:not([open])){max-height:26rem;overflow:hidden}
[part=by],div div{display:flex;align-items:center;flex-wrap:wrap;gap:0 .75rem}
a,small,label,[part=note]{font-size:.8125rem}
a,small{opacity:.8;color:inherit}
[part~=held],[part=note]:not(:empty){padding-inline-start:1rem;border-inline-start:2px solid var(--a)}
label{font-weight:600}
input,textarea{display:block;margin-block-start:.25rem;box-sizing:border-box;padding:.5rem .75rem;min-height:2.75rem;border:1px solid var(--a);width:100%;color:inherit;background:var(--readback-card,#0000);font:inherit;font-size:1rem;resize:vertical}
input,textarea,button{border-radius:var(--readback-radius,.6rem)}
button,a{display:inline-flex;align-items:center;justify-content:center;min-width:2.75rem;min-height:2.75rem}
button{border:0;padding:0;margin:0;color:inherit;background:none;cursor:pointer;text-decoration:underline;font:inherit;font-size:.8125rem}
:disabled,[aria-pressed=true]{text-decoration:none}
[part=button]{text-decoration:none;padding:0 1rem;border:1px solid var(--a);font-weight:600}
output{position:absolute;clip-path:inset(50%)}
[part=list]:not(:empty)+p{display:none}
@media print{:host{color-scheme:light!important}form,button{display:none!important}[part=comments]{min-height:0!important}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
