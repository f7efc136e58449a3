import Link from "next/link"
import { Reactions } from "../../reactions"
import styles from "../../page.module.css"

export function generateStaticParams() {
  return [{ story: "one" }, { story: "two" }]
}

export default async function Story({ params }: { params: Promise<{ story: string }> }) {
  const { story } = await params
  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <h1>Story {story}</h1>
        <nav>
          <Link href="/stories/one">One</Link> <Link href="/stories/two">Two</Link>
        </nav>
        <Reactions article={`next-${story}`} title={`Story ${story}`} />
      </main>
    </div>
  )
}
