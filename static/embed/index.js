// Importing it defines <reader-reactions>, and puts one where the script tag stands when that names a site.
// The modules are in the order in which the file compresses best.
import "./styles.js"
import "./identity.js"
import "./view.js"
import "./ballot.js"
import "./work.js"
import "./storage.js"
import "./api.js"
import "./state.js"
import "./article.js"
import "./element.js"
import "./feed.js"
import "./tag.js"
import "./dom.js"
import { ReaderReactions } from "./element.js"
import { bars } from "./feed.js"
import { start } from "./tag.js"

start("reader-reactions", "embed", ReaderReactions, bars)
