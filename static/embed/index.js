// Importing it defines <reader-reactions>, and puts one where the script tag stands when that names a site.
// The modules are in the order in which the file compresses best.
import "./styles.js"
import "./storage.js"
import "./dom.js"
import "./view.js"
import "./identity.js"
import "./work.js"
import "./element.js"
import "./tag.js"
import "./api.js"
import "./article.js"
import "./ballot.js"
import "./feed.js"
import "./state.js"
import { ReaderReactions } from "./element.js"
import { bars } from "./feed.js"
import { start } from "./tag.js"

start("reader-reactions", "embed", ReaderReactions, bars)
