// The second sheet of the bars that few pages have; the first is in ../embed.
const css = `[hidden]{display:none!important}
[part=choices] button{background-image:linear-gradient(color-mix(in srgb,var(--c) var(--q,20%),#0000) 0 0);background-repeat:no-repeat;background-position:0 100%;background-size:var(--s,0%) 100%;--z:0 100%}
[dir=rtl] [part=choices] button{background-position:100% 100%}
[part=choices] :enabled:hover{border-color:var(--c);cursor:pointer}
[part=choices] :disabled{background-color:#0000}
[part=choices] :disabled[aria-pressed=false]{border-color:#0000}
span{text-align:start;text-wrap:balance}
i{position:relative}
b{font-variant-numeric:tabular-nums;unicode-bidi:plaintext}
[aria-pressed=true]{--q:34%;box-shadow:inset 0 0 0 1px var(--c)}
[aria-pressed=true] i::after{content:"✓";position:absolute;top:-.3125rem;inset-inline-start:-.5rem;width:1rem;border-radius:50%;font:700 .6875rem/1rem system-ui;text-align:center;color:Canvas;background:color-mix(in srgb,var(--c) 40%,CanvasText)}
.wait [aria-pressed=true]{border-style:dashed;box-shadow:none}
.wait [aria-pressed=true] i::after{content:"…"}
.done [aria-pressed=false] i{opacity:.75}
.failed{font-weight:600}
.after b{min-width:3.25em;text-align:end}
a{color:inherit;padding:1rem 0}
p div{display:inline-block;padding:0;white-space:nowrap}
p button{display:inline-flex;cursor:pointer;min-height:2.75rem;margin:-.8125rem .375rem -.8125rem -.375rem;padding:0 .375rem;border:0;background:none;font-size:.8125rem;text-decoration:underline}
@container(width>=4em){[part=choices] button{flex-basis:calc(100%/(var(--p) + .9));background-size:100% var(--s,0%);--z:100% 0}
span,.after b{text-align:center}
:host([layout=compact]) [part=choices] button{flex-flow:row wrap;gap:0 2px;height:auto;min-height:3rem;padding:.25rem 1px}
:host([layout=compact]) i{font-size:1.125rem}
:host([layout=compact]) span{flex:0 0 100%;order:1}
:host([layout=compact]) [data-n=""]::before{content:"–";font-weight:400}}
@container(width>=7em){[part=choices] button{flex-basis:calc(100%/(var(--n) + .9))}}
@media(prefers-reduced-motion:no-preference){.now button{transition:background-size .25s;animation:fill .25s ease}
[part=choices] button:active i{scale:.92}
.now [aria-pressed=true] i{animation:press .18s ease-out}}
@keyframes fill{0%{background-size:var(--z)}}
@keyframes press{50%{scale:1.25}}
@media(forced-colors:active){[part=choices] button{--c:Highlight!important;forced-color-adjust:none;background-color:Canvas;border-color:CanvasText;color:CanvasText}
[part=choices] [aria-pressed=true]{outline:2px solid Highlight;outline-offset:-3px;border-color:Highlight}
[aria-pressed=true] i::after{color:HighlightText;background:Highlight}}
@media print{p button{display:none}}`

export const sheet = new CSSStyleSheet()
sheet.replaceSync(css)
