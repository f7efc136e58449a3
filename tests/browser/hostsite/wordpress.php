<?php
// The part of WordPress that the plugin of docs/embed.md uses. Arguments: the plugin's folder, a state of the page
// and the site's origin. Prints, as JSON, what the page shows.
[ , $folder, $state, $origin ] = $argv;
define( 'ABSPATH', '/' );

class Post {
	public $ID = 4719;
	public $post_status = 'publish';
	public $post_password = '';
	public $post_author = '7';
}
$post = new Post();
$post->post_password = 'password' === $state ? 'open' : '';
$post->post_status = 'private' === $state ? 'private' : 'publish';
$filters = array();

function add_filter( $name, $filter, $priority = 10 ) {
	$GLOBALS['filters'][ $name ] = $filter;
}
function get_post() {
	return $GLOBALS['post'];
}
function is_singular( $type ) {
	return 'post' === $type && 'list' !== $GLOBALS['state'];
}
function is_preview() {
	return 'preview' === $GLOBALS['state'];
}
function in_the_loop() {
	return 'excerpt in the head' !== $GLOBALS['state'];
}
function is_main_query() {
	return true;
}
function get_queried_object_id() {
	return 'other' === $GLOBALS['state'] ? 1 : 4719;
}
function get_permalink( $post ) {
	return "{$GLOBALS['origin']}/2026/11/bread/?a=1&b=2";
}
function get_the_title( $post ) {
	return 'Bread &#8220;<em>at</em> night&#8221; &amp; more'; // as WordPress keeps and prettifies titles
}
function get_the_terms( $post, $taxonomy ) {
	$names = array( 'category' => array( 'Arts &amp; Culture', 'World' ), 'post_tag' => array( 'night', 'bread &amp; butter' ) );
	return array_map( fn( $name ) => (object) array( 'name' => $name ), $names[ $taxonomy ] );
}
function wp_list_pluck( $terms, $field ) {
	return array_column( $terms, $field );
}
function get_the_author_meta( $field, $author ) {
	return 'display_name' === $field && '7' === $author ? "O'Hara &lt;staff&gt;" : '';
}
function wp_strip_all_tags( $text ) {
	return trim( strip_tags( $text ) );
}
function wp_get_script_tag( $attributes ) {
	$written = '';
	foreach ( $attributes as $name => $value ) {
		// As esc_attr: an entity is not escaped again.
		$written .= true === $value ? " $name" : sprintf( ' %s="%s"', $name, htmlspecialchars( $value, ENT_QUOTES, 'UTF-8', false ) );
	}
	return "<script$written></script>\n";
}

require "$folder/readback.php";
$template = $filters['comments_template']( '' );
ob_start();
if ( $template ) {
	require $template;
}
echo json_encode(
	array(
		'content'  => $filters['the_content']( '<p>Text</p>' ),
		'template' => $template ? trim( ob_get_clean() ) : ob_get_clean() . "the theme's",
		'block'    => $filters['render_block_core/comments']( '<p>Old comments</p>' ),
	)
);
