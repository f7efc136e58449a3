// One sheet, shared by every element of the page, with the properties and the manners of the bar's. Also
// what gives it a width in any parent, whatever readers write.
const css = `:host{display:block;font:.9375rem/1.5 system-ui;overflow-wrap:anywhere}
:host::before{content:"";display:grid;grid-template-columns:minmax(8rem,min(40rem,90vw))}
:host([hidden]),[hidden]{display:none!important}
:host([theme=light]),:host([theme=dark]){padding:1rem;color:CanvasText;background:Canvas;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
h2{margin:0;font-size:1rem}
ol{margin:0;padding:0;list-style:none}
ol ol{padding-inline-start:1rem;border-inline-start:2px solid var(--l)}
li{padding-block:.75rem;border-block-start:1px solid var(--l)}
ol ol li{border:0}
li:focus{outline:2px solid var(--a)}
[part=comments]{contain:inline-size;min-height:26rem;--a:var(--readback-accent,currentColor);--l:var(--readback-line,color-mix(in srgb,currentColor 18%,#0000))}
p{margin:0}
form,small{display:block;margin-block:.5rem}
[part=text]{white-space:pre-wrap}
:has(+details:not([open])){max-height:26rem;overflow:hidden}
div div,[part=by]{display:flex;flex-wrap:wrap;align-items:center;gap:0 .75rem}
a,small,label,[part=note]{font-size:.8125rem}
a,small{opacity:.8;color:inherit}
[part~=held],[part=note]:not(:empty){padding-inline-start:1rem;border-inline-start:2px solid var(--a)}
label{display:block;margin-block:.5rem;font-weight:600}
input,textarea{display:block;box-sizing:border-box;min-height:2.75rem;width:100%;margin-block-start:.25rem;padding:.5rem .75rem;border:1px solid var(--a);background:var(--readback-card,#0000);color:inherit;font:inherit;font-size:1rem;resize:vertical}
input,textarea,button{border-radius:var(--readback-radius,.6rem)}
button,a{display:inline-flex;align-items:center;justify-content:center;min-width:2.75rem;min-height:2.75rem}
button{margin:0;padding:0;border:0;background:none;cursor:pointer;color:inherit;font:inherit;font-size:.8125rem;text-decoration:underline}
:disabled,[aria-pressed=true]{text-decoration:none}
[part=button]{padding:0 1rem;border:1px solid var(--a);text-decoration:none;font-weight:600}
output{position:absolute;clip-path:inset(50%)}
[part=list]:not(:empty)+p{display:none}
@media print{:host{color-scheme:light!important}form,button{display:none!important}[part=comments]{min-height:0!important}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
