// What a reader does with comments: write, recommend, report, edit, delete, and read why one of theirs was removed.
// <reader-comments> loads this when somebody comes near to doing so. Once released it never changes, as pages hold its
// hash: what it expects of the element (../comments/list.js, item.js) may only be added to.
import { api, post } from "../embed/api.js"
import { identified } from "../embed/identity.js"
import { deliver } from "./deliver.js"
import { form } from "./form.js"
import { drawRemoval } from "./removal.js"
import { reportForm } from "./report.js"
import { sheet } from "./styles.js"

const MOST_OWN = 20

// The acts by the names that the element's buttons use.
export function acts(talk) {
  const { strings, record, say } = talk
  api.url_ = talk.api
  talk.dress(sheet)
  let writing

  return { begin, write, reply, edit, report, vote, drop }

  // Open what was begun before, and ask what became of own comments.
  async function begin() {
    if (talk.isOpen && record.of("new").since) write().blur()
    for (const self of Object.values(talk.items)) {
      if (self.reply && record.of(`answer-${self.comment.id}`).since) reply(self, self.reply).blur()
      if (self.edit && record.of(`edit-${self.comment.id}`).since) edit(self, self.edit).blur()
    }
    const ids = record
      .all()
      .filter(({ id, edit_until }) => edit_until && typeof id === "string")
      .map(({ id }) => id)
      .sort()
      .slice(-MOST_OWN)
    if (!ids.length) return
    const found = await identified(talk.site, (who) =>
      post(`${talk.url}/own`, { site: talk.site, ids, ...who }),
    ).catch(() => {})
    for (const own of found?.comments ?? []) show(own)
  }

  // Show what became of an own comment, where the list does not say so.
  function show(own) {
    if (own.state !== "published" || own.removal) talk.place(own, own.parent, true)
    const self = talk.items[own.id]
    if (!self || (self.comment.state === own.state && !own.removal)) return
    self.become(own)
    drawRemoval(talk, put, self)
  }

  function write() {
    if (writing) return writing
    const close = () => {
      opened.node.remove()
      writing = undefined
      record.keep("new")
      talk.starter.hidden = false
      talk.starter.focus()
    }
    const opened = form(talk, put, "new", strings.write, { close, done: posted })
    talk.starter.after(opened.node)
    talk.starter.hidden = true
    writing = opened.field
    writing.focus()
    return writing
  }

  function reply(self, opener) {
    const { id, name } = self.comment
    return open(self, opener, `answer-${id}`, (close) =>
      form(
        talk,
        put,
        `answer-${id}`,
        strings.to.replace("{name}", () => name),
        {
          parent: id,
          close,
          done: posted,
        },
      ),
    )
  }

  function edit(self, opener) {
    const { id, text } = self.comment
    self.text.hidden = true
    return open(self, opener, `edit-${id}`, (close) =>
      form(talk, put, `edit-${id}`, strings.text, { id, text, close, done: self.become }),
    )
  }

  function report(self, opener) {
    return open(self, opener, `report-${self.comment.id}`, (close) =>
      reportForm(talk, put, self.comment.id, {
        close,
        done(reason) {
          const named = strings[`reason.${reason}`] ?? strings["reason.unspecified"]
          say(self.note, `${strings.reported} ${strings.given.replace("{reason}", () => named)}`)
          opener.remove()
          self.note.focus()
        },
      }),
    )
  }

  // One form at a time in a comment; it gives the focus back to what opened it.
  function open(self, opener, slot, made) {
    self.opened?.remove()
    const { node, field } = made(() => {
      self.opened.remove()
      self.opened = undefined
      record.keep(slot)
      self.text.hidden = false
      opener.focus()
    })
    self.opened = node
    self.note.textContent = self.comment.state === "held" ? self.note.textContent : ""
    self.note.after(node)
    field.focus()
    return field
  }

  // What a new comment became: it comes first, or at the end of its thread.
  function posted(answer) {
    record.keep(answer.id, { ...answer, keptAt: Date.now() })
    talk.place(answer, answer.parent, true)
    if (answer.state === "published") talk.recount(1)
    say(talk.status, answer.state === "held" ? strings.held : strings.posted)
  }

  // A newer click goes on wanting.
  async function vote(self, _, up = !self.comment.up) {
    const { comment, note } = self
    const { ups } = comment
    const seq = comment.seq + 1
    self.become({ up, ups: ups + (up ? 1 : -1), seq })
    const answer = await put(note, "vote", `/${comment.id}/vote`, { up, seq })
    if (comment.seq !== seq) return
    self.become(answer ?? { up: !up, ups })
    // Another tab was first with this seq.
    if (answer && answer.up !== up) vote(self, _, up)
  }

  // Nobody but an editor can undo it, so it is asked for twice.
  async function drop(self, opener) {
    const { comment, note, li } = self
    const { id } = comment
    if (opener.textContent !== strings.sure) return say(opener, strings.sure)
    if (!(await put(note, "delete", `/${id}/removal`))) return
    if (comment.state === "published") talk.recount(-1)
    comment.state = "deleted"
    record.keep(id, { id, state: comment.state, keptAt: Date.now() })
    talk.title.focus()
    say(talk.status, strings.deleted)
    if (self.replies.firstChild) self.paint()
    else li.remove()
  }

  // What the server made of an act; undefined where it was refused, in words beside it, or where the page has become
  // another story's. `refused(problem)`: whether a form says it at a field.
  async function put(where, act, path, fields, refused) {
    if (!talk.isShown()) return
    try {
      const answer = await deliver(talk.url + path, { site: talk.site, ...fields }, (name) =>
        say(where, strings[name]),
      )
      where.textContent = ""
      talk.tell("comment", { act, ...answer })
      return answer
    } catch (problem) {
      // A browser tells a page that may not vote nothing but that its request has failed.
      if (!problem.status) talk.explain?.()
      if (refused?.(problem)) {
        where.textContent = ""
        talk.tell("error", { code: problem.code })
      } else talk.failed(where, problem)
    }
  }
}
