<?php
/* Install WordPress and fill it with a post in each status, each with a comment. Run in its folder:
 * php fill.php PASSWORD. Prints the permalink of the public post. */
define( 'WP_INSTALLING', true );
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

/* WordPress calls this instead of its own, which sends mail. */
function wp_new_blog_notification() {}

wp_install( 'The News', 'editor', 'editor@news.example', true, '', $argv[1] );
update_option( 'show_avatars', '0' ); // they are on another host
update_option( 'permalink_structure', '/%year%/%monthnum%/%postname%/' );
wp_set_current_user( 1 );
$wp_rewrite->init();
$wp_rewrite->flush_rules( false );
$failed = activate_plugin( 'readback/readback.php' );
is_wp_error( $failed ) && exit( $failed->get_error_message() );

function written( $name, $fields ) {
	return wp_insert_post( array(
		'post_title'   => "The $name bakery",
		'post_name'    => "$name-bakery",
		'post_content' => '<!-- wp:paragraph --><p>They come in twos, before the trams.</p><!-- /wp:paragraph -->',
	) + $fields, true );
}

/* Comments pass the filters of WordPress's own form. */
function said( $post, $author, $text, $fields = array() ) {
	return wp_insert_comment( wp_filter_comment( array(
		'comment_post_ID'      => $post,
		'comment_author'       => $author,
		'comment_author_email' => 'reader@mail.example',
		'comment_author_url'   => '',
		'comment_author_IP'    => '192.0.2.7',
		'comment_agent'        => 'A browser',
		'comment_content'      => $text,
		'comment_approved'     => 1,
	) + $fields ) );
}

$public = written( 'public', array( 'post_status' => 'publish' ) );
$first  = said( $public, 'Ana & Ben', 'Said in public, by two & for < 5 cents.' );
said( $public, 'Cleo', 'An answer in public.', array( 'comment_parent' => $first ) );
said( $public, 'Dan', 'Not approved yet.', array( 'comment_approved' => 0 ) );

foreach ( array( 'private', 'draft', 'pending', 'trash' ) as $status ) {
	said( written( $status, array( 'post_status' => $status ) ), 'Ana', "Said under a $status post." );
}
$later = gmdate( 'Y-m-d H:i:s', time() + WEEK_IN_SECONDS );
said( written( 'future', array( 'post_status' => 'future', 'post_date_gmt' => $later ) ), 'Ana', 'Said under a future post.' );
said( written( 'locked', array( 'post_status' => 'publish', 'post_password' => 'enter' ) ), 'Ana', 'Said under a locked post.' );

echo get_permalink( $public );
