// Importing it defines <reader-comments>, and puts one where the script tag stands when that names a site.
// The modules are in the order in which the file compresses best.
import "./styles.js"
import "../embed/storage.js"
import "../embed/api.js"
import "./dom.js"
import "./times.js"
import "../embed/tag.js"
import "../embed/article.js"
import "./mine.js"
import "./element.js"
import "./item.js"
import "./list.js"
import "../embed/dom.js"
import { start } from "../embed/tag.js"
import { connected, ReaderComments } from "./element.js"

start("reader-comments", "comments", ReaderComments, connected)
