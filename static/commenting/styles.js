// The sheet of the forms, and of what an editor decided; with the properties of ../comments/styles.js.
const css = `form{display:block;margin-block:.5rem 1rem}
form [part=note]{margin:0}
label,legend{display:block;font-weight:600;font-size:.8125rem;margin-block:.75rem .25rem;padding:0}
fieldset{border:0;margin:0;padding:0;min-width:0}
input,textarea{display:block;box-sizing:border-box;width:100%;min-height:2.75rem;padding:.5rem .75rem;border:1px solid color-mix(in srgb,currentColor 55%,#0000);border-radius:var(--readback-radius,.625rem);background:var(--readback-card,#0000);color:inherit;font:inherit;font-size:1rem;font-weight:400;resize:vertical}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
form,aside{--w:color-mix(in oklab,#d01818 72%,currentColor)}
[aria-invalid=true]:not(fieldset){border:2px solid var(--w);padding:calc(.5rem - 1px) calc(.75rem - 1px)}
[part=wrong]{color:var(--w);font-size:.8125rem;font-weight:500;margin-block-start:.375rem}
[part=wrong]::before{content:"! "/"";font-weight:700}
[part=wrong]:empty{display:none}
[part=size]{text-align:end;font-size:.8125rem;color:var(--s)}
[part=send]{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.25rem;margin-block:.75rem .5rem}
[part=pick]{display:flex;align-items:center;gap:.625rem;min-height:2.75rem;margin:0;font-weight:400;font-size:.9375rem;cursor:pointer}
[part=pick] input{width:1.125rem;height:1.125rem;min-height:0;margin:0;padding:0;flex:none;accent-color:var(--a)}
[part=picks]{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));gap:0 1rem}
[part=report],aside{border:1px solid var(--l);border-radius:var(--readback-radius,.625rem);padding:.75rem 1rem;margin-block:.5rem}
aside{border-inline-start:3px solid var(--w)}
aside[part~=reversed]{--w:var(--a)}
aside>*+*{margin-block-start:.25rem}
blockquote{margin:.5rem 0;white-space:pre-wrap;color:var(--s)}
li:has(>aside[part~=removed])>:is([part=text],details,[part=note]){display:none}
li>aside[part~=removed]{grid-column:1/-1}
@media (forced-colors:active){[part=button]{border:2px solid ButtonText}[part=wrong]::before{content:"⚠ "/""}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
