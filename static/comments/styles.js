// One sheet, shared by every element of the page, with the properties and the manners of the bar's. Also
// what gives it a width in any parent, whatever readers write. The forms have theirs in ../commenting.
const css = `:host{display:block;overflow-wrap:anywhere;font:.9375rem/1.5 system-ui}
:host::before{display:grid;grid-template-columns:minmax(8rem,min(40rem,90vw));content:""}
:host([hidden]),[hidden]{display:none!important}
:host([theme=light]),:host([theme=dark]){padding:1rem;background:Canvas;color:CanvasText;color-scheme:light}
:host([theme=dark]){color-scheme:dark}
[part=comments]{min-height:26rem;--a:var(--readback-accent,currentColor);--l:var(--readback-line,color-mix(in srgb,currentColor 18%,#0000));--s:color-mix(in srgb,currentColor 78%,#0000);container-type:inline-size}
[part=head],[part=orders],[part=acts],[part=by]{display:flex;flex-wrap:wrap;gap:0 1.25rem}
[part=head]{justify-content:space-between;align-items:end;border-block-end:1px solid var(--l);margin-block-end:1rem}
[part=orders]{gap:.75rem}
h2{font:600 1.125rem/1.3 system-ui;margin:0;padding-block:.5rem}
ol{list-style:none;padding:0;margin:0}
li{display:grid;grid-template-columns:2.25rem minmax(0,1fr);gap:0 .75rem;border-block-start:1px solid var(--l);padding-block:1rem .375rem}
[part=list]>:first-child{border:0}
li>*{grid-column:2}
ol ol{grid-column:1/-1;padding-inline-start:1.125rem;margin-inline-start:1.0625rem;border-inline-start:2px solid var(--l)}
ol ol:empty{display:none}
ol ol>li{border:0;grid-template-columns:1.75rem minmax(0,1fr);padding-block:.625rem 0}
li:focus,h2:focus,[part=note]:focus{outline:2px solid var(--a);outline-offset:2px}
p{margin:0}
[part=face]{grid-area:1/1/3;width:2.25rem;height:2.25rem;border-radius:50%;display:grid;place-items:center;font-weight:600;background:color-mix(in srgb,var(--a) 16%,#0000)}
ol ol [part=face]{width:1.75rem;height:1.75rem;font-size:.8125rem}
[part=by]{align-items:baseline;gap:0 .5rem}
[part=name]{font-weight:600;unicode-bidi:isolate}
[part=text]{white-space:pre-wrap}
:has(+details:not([hidden])){max-height:7.75em;overflow:clip;mask:linear-gradient(#000 60%,#0000)}
summary{display:block;width:fit-content;padding-block:.75rem;cursor:pointer;text-decoration:underline}
small,time,summary,[part=note],button{font-size:.8125rem}
small,time,summary,button{color:var(--s)}
[part=time]{color:inherit;text-decoration:none;padding-block:.75rem;margin-block:-.75rem;min-width:2.75rem}
[part~=held]>[part=text]{opacity:.8}
[part=note]:not(:empty){padding:.5rem .75rem;margin-block:.5rem;border-inline-start:3px solid var(--a)}
button{display:inline-flex;align-items:center;min-width:2.75rem;min-height:2.75rem;border:0;padding:0;margin:0;background:none;cursor:pointer;font:inherit;font-size:.8125rem;text-align:start}
button:hover{color:inherit}
[part=orders] button{justify-content:center;border-block-end:2px solid #0000;margin-block-end:-1px}
[aria-pressed=true]{color:var(--a);font-weight:600}
[part=orders] [aria-pressed=true]{border-color:var(--a)}
[part~=last]{margin-inline-start:auto}
[part=start],[part=button]{border:1px solid color-mix(in srgb,var(--a) 60%,#0000);border-radius:var(--readback-radius,.625rem);padding:.5rem 1rem}
[part=start]{width:100%;cursor:text;font-size:1rem;background:var(--readback-card,#0000);margin-block-end:.5rem}
[part=button]{color:inherit;border-color:var(--a);font-weight:600;font-size:.9375rem}
output{position:absolute;clip-path:inset(50%)}
[part=none]{padding-block:1rem}
[part=list]:not(:empty)+p{display:none}
@container (width<26rem){ol ol{margin-inline-start:0;padding-inline-start:.75rem}[part=acts]{column-gap:1rem}}@container (width<18rem){[part=acts]{grid-column:1/-1}}
@media (forced-colors:active){[part=face]{border:1px solid}[aria-pressed=true]{border-color:Highlight}}
@media print{:host{color-scheme:light!important}form,button,summary{display:none!important}:has(+details:not([hidden])){max-height:none;mask:none}[part=comments]{min-height:0!important}}`

const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
// Those that every element of the page wears; ../commenting adds its own.
export const sheets = [sheet]
